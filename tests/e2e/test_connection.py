"""A backend that goes, comes back, refuses, is another, or loses the connection in the middle of a search."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from alphacode_lsp.local_backend import free_port
from tests.cutter import Cutter
from tests.e2e.conftest import BIN, RECORDING, SAMPLES, Backend, Desk
from tests.e2e.editor import Editor
from tests.service import processes
from tests.service.processes import backend as running_backend

ARGUMENTS = ("--sampler", f"replay:{RECORDING}")
SLOWLY = (*ARGUMENTS, "--replay-rate", "0.5")


@pytest_asyncio.fixture
async def cutter() -> AsyncIterator[Cutter]:
    cutter = Cutter()
    yield cutter
    await cutter.aclose()


def options(url: str, **more: object) -> dict[str, object]:
    return {"backend": {"url": url, "autoStart": False}, "customMessages": True, "notifications": "off", **more}


async def in_the_middle(editor: Editor, uri: str, **arguments: object) -> str:
    """Start a search, and return its job once it has found something."""
    started = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES, **arguments})
    await editor.until_answer(lambda: editor.actions(uri, ["refactor"]), bool)
    return str(started["job"])


def answering(part: str, choice: str) -> Callable[[str, list[str]], str | None]:
    """Answers the question that holds the words, the first time, and dismisses all others."""
    open_ = [choice]

    def answer(message: str, answers: list[str]) -> str | None:
        return open_.pop() if part in message and choice in answers and open_ else None

    return answer


async def test_down_and_up_again(desk: Desk, folder: Path) -> None:
    later = processes.Backend(*ARGUMENTS, "--store", "none")
    editor = await desk(options=options(later.url))
    uri = editor.open(folder / "main.cpp")
    assert (await editor.solved(uri))["state"] == "failed"
    failure = await editor.question(f"nothing answers at {later.url}")
    assert "Run `alphacode serve` on this machine; for one of another machine, make a tunnel: `ssh" in failure.message
    assert [action.title for action in failure.actions or ()] == ["Solve again", "Run the doctor"]
    await editor.until(lambda: editor.statuses[-1].state == "down", "it is shown")
    assert editor.statuses[-1].command.command == "alphacode.reconnect"
    n_messages = len(editor.messages)
    assert (await editor.command("alphacode.reconnect", {"wait": True}))["state"] == "down"
    assert len(editor.messages) == n_messages
    await later.start()
    try:
        await editor.command("alphacode.reconnect")
        await editor.message(f"connected to {later.url}, replay:editor.jsonl")
        assert (await editor.solved(uri, samples=2))["state"] == "completed"
        await editor.until(lambda: editor.statuses[-1].state == "ready", "it is shown")
        assert "busy" in [status.state for status in editor.statuses]
        assert len(editor.questions) == 1
    finally:
        await later.kill()


async def test_dropped_connections_are_taken_up_again(
    desk: Desk, folder: Path, backend: Backend, cutter: Cutter
) -> None:
    # Enough for every answer but the stream, which is cut in the middle of its events.
    cutter.n_bytes = 6000
    editor = await desk(options=options(await cutter.put_before(backend.url)))
    uri = editor.open(folder / "main.cpp")
    job = (await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES}))["job"]
    await editor.until(lambda: any("connection is lost" in text for text in editor.progress_texts()), "it is said")
    cutter.n_bytes = 1 << 30
    ended = await editor.ended(job)
    assert (ended["state"], ended["percent"]) == ("completed", 100)
    assert editor.questions == []
    states = [status.state for status in editor.statuses]
    assert "connecting" in states[states.index("busy") :]
    await editor.until(lambda: editor.statuses[-1].state == "ready", "it is shown")


async def test_a_restart_in_the_middle_of_a_search(desk: Desk, folder: Path, tmp_path: Path) -> None:
    """With a store the job goes on; without one it is lost, which is said, with the way to start anew."""
    store = str(tmp_path / "jobs.db")
    async with running_backend(*SLOWLY, "--store", store) as kept:
        editor = await desk(options=options(kept.url))
        uri = editor.open(folder / "main.cpp")
        job = await in_the_middle(editor, uri)
        before = await editor.search(job)
        await kept.kill()
        kept.arguments = (*ARGUMENTS, "--store", store)
        await kept.start()
        after = await editor.ended(job)
        assert (after["state"], after["backendJob"]) == ("completed", before["backendJob"])
        await desk.close(editor)
    async with running_backend(*SLOWLY, "--store", "none") as forgetful:
        # The results of the first session are not shown to the next one.
        environment = {"XDG_STATE_HOME": str(tmp_path / "another state")}
        editor = await desk(options=options(forgetful.url), environment=environment)
        editor.answer = answering("solve again", "Solve again")
        job = await in_the_middle(editor, editor.open(folder / "main.cpp"))
        await forgetful.kill()
        forgetful.arguments = (*ARGUMENTS, "--store", "none")
        await forgetful.start()
        await editor.question("solve again")
        assert (await editor.search(job))["state"] == "failed"
        status = await editor.until_answer(
            lambda: editor.command("alphacode.status"), lambda status: len(status["searches"]) == 2
        )
        assert (await editor.ended(status["searches"][-1]["job"]))["state"] == "completed"


async def test_a_full_queue_is_waited_for(desk: Desk, folder: Path) -> None:
    waiting = (*ARGUMENTS, "--replay-rate", "0.1", "--store", "none", "--max-running", "1", "--max-queued", "1")
    async with running_backend(*waiting) as full:
        editor = await desk(options=options(full.url))
        uris = [editor.open(folder / name) for name in ("main.cpp", "main.py")]
        (folder / "other.md").write_text((folder / "problem.md").read_text())
        (folder / "other.cpp").write_text("")
        uris.append(editor.open(folder / "other.cpp"))
        jobs = []
        for uri, part in zip(uris, ("Sampling", "Waiting for the backend", "The backend is busy"), strict=True):
            jobs.append((await editor.command("alphacode.solve", {"uri": uri}))["job"])
            last = jobs[-1]
            await editor.until_answer(
                lambda last=last: editor.search(last), lambda search, part=part: part in search["text"]
            )
        assert "jobs are waiting already), trying again in 30 s" in (await editor.search(jobs[-1]))["text"]
        await editor.command("alphacode.cancel", {"job": jobs[-1]})
        assert (await editor.ended(jobs[-1]))["state"] == "cancelled"
        assert editor.questions == []


def alphacode(*arguments: object, words: str = "", environment: dict[str, str] | None = None) -> str:
    """Run a command of the terminal; what it prints."""
    command = [BIN / "alphacode", *map(str, arguments)]
    done = subprocess.run(command, input=words, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


async def test_a_token_is_asked_for_and_taken_from_everywhere_but_settings(
    desk: Desk, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "jobs.db"
    token = alphacode("token", "new", "anna", "--store", store)
    (tmp_path / "token").write_text(f"{token}\n")
    async with running_backend(*ARGUMENTS, "--store", str(store)) as closed:
        login = ("alphacode", "login", closed.url)

        async def searched(
            expected: str, environment: dict[str, str] | None = None, **settings: object
        ) -> tuple[Editor, str]:
            home = {"XDG_CONFIG_HOME": str(tmp_path / "config"), **(environment or {})}
            backend = {"url": closed.url, "autoStart": False, **settings}
            editor = await desk(options={"backend": backend, "customMessages": True}, environment=home)
            uri = editor.open(folder / "main.cpp")
            assert (await editor.solved(uri, samples=2))["state"] == expected
            return editor, uri

        await searched("completed", {"ALPHACODE_TOKEN": token})
        await searched("completed", tokenFile=str(tmp_path / "token"))
        await searched("completed", tokenCommand=["cat", str(tmp_path / "token")])
        # The environment's token may be for one backend alone.
        await searched("failed", {"ALPHACODE_TOKEN": token, "ALPHACODE_TOKEN_ORIGIN": "https://elsewhere.example"})
        editor, uri = await searched("failed")
        refused = await editor.question(f"Run `{' '.join(login)}` in a terminal.")
        assert re.search(r"\[request \S+\]", refused.message)
        assert (await editor.command("alphacode.status"))["backend"]["state"] == "unauthorized"
        # What `alphacode login` keeps is found by a session that runs already.
        environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
        alphacode(*login[1:], words=token, environment=environment)
        assert (await editor.solved(uri, samples=2))["state"] == "completed"
        doctor = await editor.command("alphacode.doctor")
        kept = tmp_path / "config" / "alphacode" / "tokens.json"
        assert {"name": "token", "well": True, "text": f"from {kept}", "remedy": ""} in doctor["findings"]
    shown = [*(message.message for message in (*editor.messages, *editor.log_messages)), json.dumps(doctor)]
    secret = token.rpartition("_")[2]
    assert not [text for text in shown if secret in text]
    assert secret not in capfd.readouterr().err


@asynccontextmanager
async def another_server(answers: dict[str, tuple[int, str, object]]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server of others: by path, status, a header line and a body; and the heads of all requests to it."""
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        status, header, body = answers.get(head.split()[1], (404, "Content-Type: text/html", "no"))
        text = body if isinstance(body, str) else json.dumps(body)
        writer.write(f"HTTP/1.1 {status} x\r\n{header}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heads


async def test_a_backend_of_another_protocol(desk: Desk, folder: Path) -> None:
    info = {"server": "alphacode", "version": "9", "protocol": {"min": 8, "max": 9}, "capabilities": [], "model": "m",
            "languages": [], "isolation": "L2", "limits": {}}  # fmt: skip
    ours = "AlphaCode-Protocol: 9"
    async with another_server({"/ready": (200, ours, {"status": "ready"}), "/v1/info": (200, ours, info)}) as (url, _):
        editor = await desk(options=options(url))
        assert (await editor.solved(editor.open(folder / "main.cpp")))["state"] == "failed"
        await editor.question(f"the backend at {url} speaks protocol 8 to 9, this client 1; update this client")
        await editor.until(lambda: editor.statuses[-1].state == "incompatible", "it is shown")


async def test_a_token_goes_to_its_address_and_nowhere_else(desk: Desk, folder: Path) -> None:
    async with another_server({}) as (elsewhere, heads_there):
        moved = (307, f"Location: {elsewhere}/ready", "")
        async with another_server({"/ready": moved, "/v1/models": moved}) as (url, heads_here):
            editor = await desk(options=options(url), environment={"ALPHACODE_TOKEN": "hush"})
            assert (await editor.solved(editor.open(folder / "main.cpp")))["state"] == "failed"
            await editor.question("is not an AlphaCode backend: it answered 307")
            assert "bearer hush" in heads_here[0].lower()
        assert heads_there == []


async def test_status_for_editors_that_show_it_from_the_start(desk: Desk, folder: Path, backend: Backend) -> None:
    def shows_status(capabilities: types.ClientCapabilities) -> None:
        capabilities.experimental = {"serverStatusNotification": True}

    settings = {"backend": {"url": backend.url}}
    editor = await desk("neovim", options=settings, adjust=shows_status)
    await editor.until(lambda: editor.server_statuses and editor.server_statuses[-1].quiescent, "ready")
    shown: Any = editor.server_statuses[-1]
    assert (shown.health, shown.message) == ("ok", "Ready: replay:editor.jsonl")
    assert editor.statuses == []
    nowhere = f"http://127.0.0.1:{free_port()}"
    editor.set_configuration({"alphacode": {"backend": {"url": nowhere}}})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await editor.until(lambda: editor.server_statuses[-1].health == "warning", "it is down")
    message = editor.server_statuses[-1].message
    assert message == f"Backend down: nothing answers at {nowhere}; a local backend is started with the next search"
    assert editor.messages == []


async def test_a_certificate_of_ones_own(desk: Desk, folder: Path, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    made = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    assert await made.wait() == 0
    tls = ("--tls-cert", str(certificate), "--tls-key", str(key))
    async with running_backend(*ARGUMENTS, "--store", "none", *tls) as closed:
        url = closed.url.replace("http:", "https:")
        editor = await desk(options=options(url))
        uri = editor.open(folder / "main.cpp")
        assert (await editor.solved(uri))["state"] == "failed"
        failure = await editor.question("certificate verify failed")
        assert f"cannot reach {url}" in failure.message
        assert "trusted are the system's certificates" in failure.message
        trusting = options(url) | {"backend": {"url": url, "caFile": str(certificate)}}
        editor = await desk(options=trusting)
        assert (await editor.solved(editor.open(folder / "main.cpp"), samples=2))["state"] == "completed"
