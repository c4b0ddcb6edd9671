"""A server that only serves a model: the search runs on this machine, and its samples come from there."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import RIGHT, Desk
from tests.processes import command_lines_below

KEY = "hush-hush"


class ModelServer:
    """Answers every prompt with the right program, for those who have the key."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n"))
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = head.split()[1]
        self.asked.append((path, json.loads(body) if body else {}))
        if headers.get("authorization") != f"Bearer {KEY}":
            self._write(writer, 401 if path.startswith("/v1/") else 404, {"error": {"message": "wrong key"}})
        elif path == "/v1/models":
            self._write(writer, 200, {"object": "list", "data": [{"id": "big-model"}]})
        elif path == "/v1/chat/completions" and self.asked[-1][1].get("stream"):
            delta = {"role": "assistant", "content": f"```cpp\n{RIGHT}```\n"}
            chunks = [{"delta": delta, "finish_reason": None}, {"delta": {}, "finish_reason": "stop"}]
            events = [json.dumps({"choices": [{"index": 0, **chunk}]}) for chunk in chunks]
            text = "".join(f"data: {event}\n\n" for event in (*events, "[DONE]"))
            self._write(writer, 200, text, "text/event-stream")
        else:
            self._write(writer, 404, {"error": {"message": f"no {path}"}})
        await writer.drain()
        writer.close()

    def _write(self, writer: asyncio.StreamWriter, status: int, body: object, kind: str = "application/json") -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        lines = (
            f"HTTP/1.1 {status} x",
            f"Content-Type: {kind}",
            f"Content-Length: {len(content)}",
            "Connection: close",
        )
        writer.write("\r\n".join((*lines, "", "")).encode() + content)


@asynccontextmanager
async def serving() -> AsyncIterator[ModelServer]:
    model = ModelServer()
    async with await asyncio.start_server(model.answer, "127.0.0.1", 0) as server:
        model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield model


@pytest.mark.parametrize("kind", ["auto", "openai"])
async def test_the_search_runs_beside_the_editor(
    desk: Desk, folder: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving() as model:
        url = f"{model.url}/v1" if kind == "openai" else model.url
        options = {"backend": {"url": url, "kind": kind, "serveArgs": ["--workers", "1"]}, "notifications": "off"}
        editor = await desk(options=options, environment={"ALPHACODE_TOKEN": KEY})
        uri = editor.open(folder / "main.cpp")
        search = await editor.solved(uri, samples=2)
        assert search["state"] == "completed", search
        assert search["model"] == "big-model"
        await editor.message(f"{url} serves a model but is no AlphaCode backend, so the search runs on this machine")
        await editor.choose((await editor.actions(uri, ["refactor"]))[0])
        await editor.until(lambda: "scanf" in editor.texts[uri], "it is applied")
        backend = (await editor.command("alphacode.status"))["backend"]
        assert (backend["state"], backend["message"], backend["startedHere"]) == ("ready", "Ready: big-model", True)
        # The second search finds the process there; its key is on no command line and in no log.
        family = command_lines_below(editor.server_pid)
        assert (await editor.solved(uri, samples=2))["state"] == "completed"
        assert not [name for name in family.values() if KEY in name]
        assert [name for name in family.values() if f"--api-url {url}" in name]
        logs = [file.read_text() for file in (desk.state / "alphacode").glob("backend-*.log")]
        assert not [text for text in (*logs, capfd.readouterr().err) if KEY in text]
        assert {path for path, _ in model.asked} <= {"/ready", "/v1/models", "/v1/chat/completions"}


async def test_what_is_found_is_said_where_the_settings_want_something_else(desk: Desk, folder: Path) -> None:
    async with serving() as model:
        backend = {"url": model.url, "kind": "alphacode"}
        editor = await desk(options={"backend": backend}, environment={"ALPHACODE_TOKEN": KEY})
        assert (await editor.solved(editor.open(folder / "main.cpp")))["state"] == "failed"
        question = await editor.question(
            "serves models by OpenAI's protocol, so alphacode.backend.kind could be `openai`"
        )
        assert f"{model.url} is not an AlphaCode backend" in question.message
        editor = await desk(options={"backend": {"url": model.url}})
        assert (await editor.solved(editor.open(folder / "main.cpp")))["state"] == "failed"
        await editor.question(f"{model.url} wants another key for its models. Run `alphacode login {model.url}`")
