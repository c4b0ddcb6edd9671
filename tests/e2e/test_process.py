"""The server as a process: where it may be started, what it writes, how it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import BIN, RECORDING, RIGHT, Backend, Desk
from tests.e2e.editor import Editor
from tests.processes import command_lines_below, is_alive

HOSTILE = 'raise SystemExit("the user\'s own {name} was imported")\n'


@pytest.fixture
def hostile_folder(folder: Path) -> Path:
    """A contestant's folder, with files called like modules that the server or its libraries import."""
    for name in (
        "queue",
        "asyncio",
        "signal",
        "types",
        "typing",
        "httpx",
        "pygls",
        "alphacode_lsp",
        "logging",
        "random",
    ):
        (folder / f"{name}.py").write_text(HOSTILE.format(name=name))
    for name in ("server", "sandbox", "alphacode_server", "alphacode_sandbox"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(HOSTILE.format(name=name))
    return folder


async def test_in_a_folder_with_the_users_own_modules(desk: Desk, hostile_folder: Path, backend: Backend) -> None:
    options = {"backend": {"url": backend.url}, "notifications": "off"}
    command = (sys.executable, "-P", "-m", "alphacode_lsp")
    editor = await desk("neovim", options=options, command=command, cwd=hostile_folder)
    uri = editor.open(hostile_folder / "main.cpp", RIGHT)
    search = await editor.solved(uri, samples=2)
    assert search["state"] == "completed"
    await editor.command("alphacode.test", {"uri": uri})
    await editor.message("3/3 examples pass")


async def test_a_local_backend_in_such_a_folder(desk: Desk, hostile_folder: Path) -> None:
    editor, port = await started_backend(desk, hostile_folder)
    family = command_lines_below(editor.server_pid)
    await desk.close(editor)
    await all_gone(family)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_local_backend_ends_with_its_editor(desk: Desk, folder: Path, end: signal.Signals) -> None:
    editor, port = await started_backend(desk, folder)
    family = command_lines_below(editor.server_pid)
    assert editor._server is not None
    os.kill(editor.server_pid, end)
    async with asyncio.timeout(10):
        await editor._server.wait()
    await editor.stop()
    await all_gone(family)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def started_backend(desk: Desk, folder: Path) -> tuple[Editor, int]:
    """An editor whose server had to start a backend of its own, and that one's port."""
    port = free_port()
    options = {
        "backend": {"url": f"http://127.0.0.1:{port}", "serveArgs": ["--sampler", f"replay:{RECORDING}"]},
        "notifications": "off",
    }
    editor = await desk(options=options, cwd=folder)
    search = await editor.solved(editor.open(folder / "main.cpp"), samples=2)
    assert search["state"] == "completed", search
    await editor.message(f"nothing answers at http://127.0.0.1:{port}, so a local backend is being started there")
    assert (await editor.command("alphacode.status"))["backend"]["startedHere"]
    assert [name for name in command_lines_below(editor.server_pid).values() if "alphacode_server.cli serve" in name]
    return editor, port


async def all_gone(family: dict[int, str]) -> None:
    for pid, name in family.items():
        for _ in range(200):
            if not is_alive(pid):
                break
            await asyncio.sleep(0.05)  # Orphans are nobody's children any more, so nobody is told.
        else:
            pytest.fail(f"left behind: {name}")


def test_version_and_nothing_on_standard_output_but_lsp() -> None:
    version = subprocess.run([BIN / "alphacode-lsp", "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("alphacode-lsp 0.")
    # An editor that is gone at once.
    ended = subprocess.run([BIN / "alphacode-lsp", "--log-level", "debug"], input=b"", capture_output=True, timeout=20)
    assert ended.stdout == b""
    assert ended.returncode == 1


async def test_logs_go_to_their_file_without_what_the_editor_sent(desk: Desk, folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "lsp.log"
    command = (str(BIN / "alphacode-lsp"), "--stdio", "--log-file", str(log), "--log-level", "debug")
    editor = await desk(options={"backend": {"token": "s3cret-of-mine"}}, command=command)
    await editor.message("alphacode.backend.token: a secret is never read from settings")
    uri = editor.open(folder / "main.cpp")
    await editor.hover(uri)
    await desk.close(editor)
    text = log.read_text()
    assert "pygls" in text
    assert "s3cret-of-mine" not in text


async def test_over_tcp(folder: Path) -> None:
    port = free_port()
    command = [BIN / "alphacode-lsp", "--tcp", "--port", str(port), "--log-level", "error"]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                except ConnectionRefusedError:
                    await asyncio.sleep(0.05)  # It says nothing when it listens.
            body = '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
            writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            assert b"Content-Length" in await reader.readline()
            writer.close()
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_an_extension_may_own_the_command_ids(desk: Desk, folder: Path) -> None:
    editor = await desk(options={"commandsInClient": True})
    uri = editor.open(folder / "main.cpp")
    await editor.hover(uri)
    assert (await editor.command("alphacode.status"))["version"]


def test_the_server_stays_light() -> None:
    """What an editor machine has installed is enough, and starting is quick."""
    code = (
        "import sys, alphacode_lsp.__main__, alphacode_lsp.features;"
        "print([name for name in ('fastapi', 'pydantic', 'torch', 'uvicorn', 'xllamacpp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
