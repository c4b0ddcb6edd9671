"""Nonsense on the wire, files that come and go, and very much of everything: the server goes on answering."""

import asyncio
import json
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_lsp.features import COMMANDS
from tests.lsp.wire import RefusedError, Wire

STATEMENT = "# Sum\n\nPrint it.\n\n## Example\n\nInput\n\n    2 3\n\nOutput\n\n    5\n"


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def answers(wire: Wire) -> dict[str, Any]:
    """The server still does what it is for."""
    status: dict[str, Any] = await wire.command("alphacode.status", {})
    return status


def opened(wire: Wire, path: Path, text: str, language: str = "cpp") -> str:
    document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
    wire.tell("textDocument/didOpen", {"textDocument": document})
    return path.as_uri()


async def titles(wire: Wire, uri: str) -> list[str]:
    top = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    asked = {"textDocument": {"uri": uri}, "range": top, "context": {"diagnostics": []}}
    return [action["title"] for action in await wire.ask("textDocument/codeAction", asked)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "problem.md").write_text(STATEMENT)
    return tmp_path


@pytest.mark.parametrize(
    "data",
    [
        frame(b"{"),
        frame(b"[]"),
        frame(b"null"),
        frame(b'"text"'),
        frame(b"\xff\xfe"),
        frame(b"{}"),
        frame(b'{"jsonrpc": "1.0", "method": "initialized"}'),
        frame(b'{"jsonrpc": "2.0", "id": 77, "result": null}'),
        frame(b'{"jsonrpc": "2.0", "id": [1], "method": "textDocument/hover"}'),
        frame(b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": 3}}'),
        frame(b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": null}'),
        frame(b'{"jsonrpc": "2.0", "id": 5000, "method": "no/such/method", "params": {}}'),
        b"Nonsense: yes\r\n" + frame(b'{"jsonrpc": "2.0", "method": "$/unknown"}'),
        b"\r\n\r\n\r\n",
    ],
)
async def test_malformed_messages(folder: Path, data: bytes) -> None:
    async with Wire(folder) as wire:
        wire.send_bytes(data)
        assert (await answers(wire))["searches"] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ("uri", "rank", "job", "sha256", "show", "left", "right", "target", "tests", "test", "input", "mode", "samples")
)
arguments = st.dictionaries(fields, json_values | st.just("file:///nowhere/main.cpp"), max_size=4) | json_values


def command_names(folder: Path) -> list[str]:
    wire = Wire(folder)
    for register in COMMANDS:
        register(wire.server)
    return sorted(wire.server.protocol.fm.commands)


COMMAND_NAMES = command_names(Path("/nowhere"))


@settings(max_examples=50, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(COMMAND_NAMES), arguments), min_size=1, max_size=4))
def test_commands_with_any_argument(calls: list[tuple[str, Any]]) -> None:
    async def play(folder: Path) -> None:
        async with Wire(folder, options={"contestGuard": "block", "backend": {"autoStart": False}}) as wire:
            for name, argument in calls:
                with suppress(RefusedError):
                    await wire.command(name, argument)
            await answers(wire)
        assert not [refused for refused in wire.refusals if "alphacode." not in refused]

    with tempfile.TemporaryDirectory() as name:
        asyncio.run(play(Path(name)))


METHODS = (
    "textDocument/didOpen", "textDocument/didChange", "textDocument/didSave", "textDocument/didClose",
    "textDocument/codeAction", "codeAction/resolve", "textDocument/codeLens", "textDocument/hover",
    "workspace/didChangeConfiguration", "workspace/textDocumentContent",
    "window/workDoneProgress/cancel", "$/cancelRequest",
)  # fmt: skip
SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "textDocument": json_values
        | st.just({"uri": "untitled:x", "languageId": "cpp", "version": 1, "text": "int x;"}),
        "position": json_values | st.just({"line": 10**9, "character": 10**9}),
        "context": json_values,
        "contentChanges": json_values,
        "settings": json_values,
        "id": json_values,
        "token": json_values,
    },
)


@settings(max_examples=50, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(METHODS), SHAPES | json_values, st.booleans()), min_size=1, max_size=5))
def test_requests_with_any_parameters(messages: list[tuple[str, Any, bool]]) -> None:
    async def play(folder: Path) -> None:
        async with Wire(folder) as wire:
            for number, (method, params, is_request) in enumerate(messages, 1000):
                message = {"jsonrpc": "2.0", "method": method, "params": params}
                wire.send_bytes(frame(json.dumps(message | ({"id": number} if is_request else {})).encode()))
            await answers(wire)

    with tempfile.TemporaryDirectory() as name:
        asyncio.run(play(Path(name)))


async def test_positions_beyond_the_text(folder: Path) -> None:
    async with Wire(folder) as wire:
        uri = opened(wire, folder / "main.cpp", "int x;\n")
        far = {"line": 10**6, "character": 10**6}
        await wire.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": far})
        change = {"range": {"start": far, "end": far}, "text": "y"}
        versioned = {"uri": uri, "version": 2}
        wire.tell("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]})
        assert "AlphaCode: Run 1 example" in await titles(wire, uri)


@pytest.mark.parametrize("text", ["int x;\n" * 500_000, "x" * 5_000_000, "\0" * 1000, "\ufeffint x;\r\r\n\u2028"])
async def test_huge_and_strange_texts(folder: Path, text: str) -> None:
    async with Wire(folder) as wire:
        uri = opened(wire, folder / "main.cpp", text)
        assert "AlphaCode: Run 1 example" in await titles(wire, uri)
        assert await wire.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})


async def test_a_huge_statement_is_refused_in_words(folder: Path) -> None:
    (folder / "problem.md").write_text("x" * 3_000_000)
    async with Wire(folder) as wire:
        uri = opened(wire, folder / "main.cpp", "")
        trouble = (await answers(wire))["documents"][uri]["trouble"]
        assert trouble.startswith("problem.md cannot be read: problem.md is longer than ")


async def test_documents_that_are_renamed_and_deleted(folder: Path) -> None:
    source = folder / "main.cpp"
    source.write_text("int x;\n")
    async with Wire(folder) as wire:
        uri = opened(wire, source, "int x;\n")
        moved = source.rename(folder / "other.cpp")
        wire.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        other = opened(wire, moved, "int x;\n")
        assert "AlphaCode: Run 1 example" in await titles(wire, other)
        moved.unlink()
        (folder / "problem.md").unlink()
        wire.tell("textDocument/didSave", {"textDocument": {"uri": other}})
        assert (await wire.command("alphacode.test", {"uri": other}))["run"] is None
        assert (await wire.command("alphacode.test", {"uri": uri}))["run"] is None
        documents = (await answers(wire))["documents"]
        assert list(documents) == [other]
        assert documents[other]["statement"] is None


async def test_fifty_documents_and_two_for_one_problem(folder: Path) -> None:
    async with Wire(folder) as wire:
        uris = [opened(wire, folder / f"a{number}.cpp", f"int x{number};\n") for number in range(50)]
        statement = opened(wire, folder / "problem.md", STATEMENT, "markdown")
        documents = (await answers(wire))["documents"]
        assert {documents[uri]["statement"] for uri in uris} == {str(folder / "problem.md")}
        together: list[Coroutine[None, None, list[str]]] = [titles(wire, uri) for uri in [*uris, statement]]
        listed = await asyncio.gather(*together)
        assert all("AlphaCode: Run 1 example" in one for one in listed[:50])
        # The statement does not say which of its fifty programs is meant.
        assert "AlphaCode: Run 1 example" not in listed[50]
        for uri in uris:
            wire.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert list((await answers(wire))["documents"]) == [statement]
