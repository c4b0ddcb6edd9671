"""No backend configured: the server starts one, says so, and leaves none behind, however it ends."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import RECORDING, Desk, Editor, descendants, is_alive
from tests.e2e.test_trouble import free_port


async def started(desk: Desk, folder: Path) -> tuple[Editor, int]:
    port = free_port()
    options = {
        "backend": {"url": f"http://127.0.0.1:{port}", "serveArgs": ["--sampler", f"replay:{RECORDING}"]},
        "notifications": "off",
    }
    editor = await desk(options=options)
    uri = editor.open(folder / "main.cpp")
    search = await editor.solved(uri, samples=2)
    assert search["state"] == "completed", search
    await editor.message(f"nothing answers at http://127.0.0.1:{port}, so a local backend is being started there")
    assert (await editor.command("alphacode.status"))["backend"]["startedHere"]
    backends = [pid for pid, name in descendants(editor.server_pid).items() if "alphacode_server.cli serve" in name]
    assert backends
    return editor, port


@pytest.mark.parametrize("end", ["shutdown", "SIGTERM", "SIGKILL"])
async def test_it_ends_with_its_editor(desk: Desk, folder: Path, end: str) -> None:
    editor, port = await started(desk, folder)
    family = descendants(editor.server_pid)
    assert editor._server is not None
    if end == "shutdown":
        await desk.close(editor)
    else:
        os.kill(editor.server_pid, getattr(signal, end))
        async with asyncio.timeout(10):
            await editor._server.wait()
        await editor.stop()
    for pid in family:
        for _ in range(200):
            if not is_alive(pid):
                break
            await asyncio.sleep(0.05)  # Orphans are nobody's children any more, so nobody is told.
        else:
            pytest.fail(f"left behind: {family[pid]}")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
