"""No socket is opened but to the backend, by any Python process of a whole session: they are all overheard."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from alphacode_lsp.local_backend import free_port
from alphacode_server.problem.privacy import NOT_SENT, SENT
from tests.cutter import Cutter
from tests.e2e.conftest import BIN, RECORDING, RIGHT, ROOT, SAMPLES, WRONG, Backend, Desk

EAR = """
import json, os, sys

def hear(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"):
        address = arguments[:2] if event == "socket.getaddrinfo" else arguments[1]
        if address is None:  # To whom the socket was connected before, or made in a pair with.
            return
        line = json.dumps([event, repr(address)]) + "\\n"
        descriptor = os.open(os.environ["EAR"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, line.encode())
        os.close(descriptor)

sys.addaudithook(hear)
"""
"""Python imports a module of this name, `sitecustomize`, before anything else."""


PROBE = ("socket.bind", "('127.0.0.1', 0)")
"""The sandbox listens here while it tries whether its programs reach a port of this machine, which they must not."""

Ear = tuple[dict[str, str], Callable[[], set[tuple[str, str]]]]


@pytest.fixture
def ear(tmp_path: Path) -> Ear:
    """What to put into the environment of a process, and what it and its children were heard doing."""
    (tmp_path / "ear").mkdir()
    (tmp_path / "ear" / "sitecustomize.py").write_text(EAR)
    heard = tmp_path / "heard"
    environment = {"PYTHONPATH": str(tmp_path / "ear"), "EAR": str(heard), "XDG_CONFIG_HOME": str(tmp_path / "config")}

    def events() -> set[tuple[str, str]]:
        lines = [json.loads(line) for line in heard.read_text().splitlines()] if heard.exists() else []
        return {(event, address) for event, address in lines} - {PROBE}

    return environment, events


def address_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


async def whole_session(desk: Desk, folder: Path, environment: dict[str, str], settings: dict[str, object]) -> None:
    """Everything a user does, with and without a backend's part in it."""
    editor = await desk(options={"backend": settings, "customMessages": True}, environment=environment)
    uri = editor.open(folder / "main.cpp", WRONG)
    await editor.command("alphacode.test", {"uri": uri})
    await editor.diagnostic(uri, "example-failed")
    assert (await editor.solved(uri, samples=SAMPLES))["state"] == "completed"
    await editor.choose((await editor.actions(uri, ["refactor"]))[0])
    await editor.hover(uri)
    await editor.lenses(uri)
    await editor.command("alphacode.report", {"uri": uri})
    await editor.command("alphacode.doctor")
    await editor.command("alphacode.reconnect")
    await editor.message("connected to")
    editor.type(uri, RIGHT)
    await editor.command("alphacode.test", {"uri": uri})
    await editor.message("3/3 examples pass")
    await desk.close(editor)


async def test_an_editors_session(desk: Desk, folder: Path, backend: Backend, ear: Ear) -> None:
    environment, events = ear
    await whole_session(desk, folder, environment, {"url": backend.url})
    assert events() == {("socket.connect", repr(address_of(backend.url)))}


async def test_a_session_that_starts_its_own_backend(desk: Desk, folder: Path, ear: Ear) -> None:
    environment, events = ear
    address = ("127.0.0.1", free_port())
    url = f"http://{address[0]}:{address[1]}"
    settings = {"url": url, "serveArgs": ["--sampler", f"replay:{RECORDING}"]}
    await whole_session(desk, folder, environment, settings)
    assert {place for _, place in events()} == {repr(address)}
    assert ("socket.bind", repr(address)) in events()


def test_solving_in_the_terminal(backend: Backend, ear: Ear, tmp_path: Path) -> None:
    environment, events = ear
    statement = ROOT / "examples" / "watermelon" / "problem.md"

    def solve(*arguments: str) -> None:
        command = [BIN / "alphacode", "solve", statement, "--samples", "2", "--language", "cpp", "--json", *arguments]
        subprocess.run(command, env={**os.environ, **environment}, capture_output=True)

    solve("--sampler", f"replay:{RECORDING}")
    assert events() == set()
    solve("--backend", backend.url)
    assert {place for _, place in events()} == {repr(address_of(backend.url))}


async def test_what_is_sent_is_what_is_said(desk: Desk, folder: Path, backend: Backend) -> None:
    """Of all that an editor's user has, the request holds the statement and nothing else."""
    cutter = Cutter()
    url = await cutter.put_before(backend.url)
    editor = await desk(options={"backend": {"url": url}, "notifications": "off"})
    uri = editor.open(folder / "main.cpp", f"// a secret of mine\n{RIGHT}")
    assert (await editor.solved(uri, samples=2))["state"] == "completed"
    sent = cutter.asked.decode()
    assert "Print the sum of two numbers." in sent
    for private in ("a secret of mine", "main.cpp", "problem.md", str(folder), folder.parent.name):
        assert private not in sent
    await cutter.aclose()


@pytest.mark.parametrize("page", ["docs/privacy.md", "editors/vscode/README.md", "editors/vscode/walkthrough/rules.md"])
def test_the_words_are_the_same_everywhere(page: str) -> None:
    words = " ".join((ROOT / page).read_text().split())
    assert SENT in words
    assert NOT_SENT in words
