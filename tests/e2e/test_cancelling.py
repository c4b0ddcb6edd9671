"""Stopping in the middle of sampling, from the progress display and by command, leaves nothing running."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from alphacode_server.protocol.client import BackendClient
from tests.e2e.conftest import SAMPLES, Backend, Desk
from tests.e2e.editor import Editor
from tests.processes import is_alive, runs_below, until


async def sampling(editor: Editor, uri: str) -> str:
    """Start a search and return when its samples come in."""
    started = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES})

    def is_sampling() -> bool:
        values = [value for values in editor.progress_reports.values() for value in values]
        texts = [getattr(value, "message", "") or "" for value in values]
        return any("Sampling" in text and "Sampling 0" not in text for text in texts)

    await editor.until(is_sampling, "samples")
    return str(started["job"])


@pytest.mark.parametrize("by", ["progress", "command"])
async def test_cancel_in_the_middle_of_sampling(desk: Desk, folder: Path, slow_backend: Backend, by: str) -> None:
    editor = await desk(options={"backend": {"url": slow_backend.url}})
    uri = editor.open(folder / "main.cpp")
    job = await sampling(editor, uri)
    backend_job = (await editor.search(job))["backendJob"]

    async with asyncio.timeout(5):
        if by == "progress":
            (token,) = editor.progress_reports
            editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        else:
            assert await editor.command("alphacode.cancel", {"job": job}) == {"cancelled": [job]}
        ended = await editor.ended(job)
    assert (ended["state"], ended["text"]) == ("cancelled", "Cancelled")
    (values,) = editor.progress_reports.values()
    assert values[-1] == types.WorkDoneProgressEnd(message="Cancelled")
    assert await editor.command("alphacode.cancel") == {"cancelled": []}
    assert editor.messages == []

    async with BackendClient(slow_backend.url) as client:
        snapshot = await client.job(backend_job)
    assert snapshot.status == "cancelled"
    assert snapshot.counts.sampled < SAMPLES
    await until(lambda: not runs_below(slow_backend.pid))


async def test_closing_the_editor_stops_its_search(desk: Desk, folder: Path, slow_backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": slow_backend.url}})
    job = await sampling(editor, editor.open(folder / "main.cpp"))
    backend_job = (await editor.search(job))["backendJob"]
    server = editor.server_pid
    await desk.close(editor)
    assert not is_alive(server)
    async with BackendClient(slow_backend.url) as client:
        assert (await client.job(backend_job)).status == "cancelled"
    await until(lambda: not runs_below(slow_backend.pid))
