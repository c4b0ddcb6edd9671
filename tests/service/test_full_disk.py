"""A store on a disk that is full: its job fails and says why, and the backend goes on."""

import os
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from alphacode_server.protocol import CandidatesSnapshot, JobFailed, RankedCandidate, SolveEvent, SolveRequest
from alphacode_server.protocol.encoding import to_json
from alphacode_server.service import Services
from alphacode_server.service.journal import Journal
from alphacode_server.service.store import Store, open_store
from tests.missing import missing

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]).returncode:
        missing("only root, with the right to mount, can make a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest_asyncio.fixture(loop_scope="session")
async def store(small_disk: Path) -> AsyncIterator[Store]:
    store = await open_store(str(small_disk / "jobs.db"))
    yield store
    await store.aclose()


async def test_a_full_disk_fails_the_job_and_not_the_backend(
    services: Callable[..., Services],
    in_process: Callable[[Services], httpx.AsyncClient],
    small_disk: Path,
    request_body: SolveRequest,
    candidate: RankedCandidate,
) -> None:
    filler = small_disk / "filler"

    async def long(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        filler.write_bytes(bytes(200 * 1024))
        for number in range(200):
            yield CandidatesSnapshot((replace(candidate, code=f"# {number} {5000 * 'x'}"),))
        raise AssertionError("the disk was not full")

    backend = services(long)
    http = in_process(backend)
    job = (await http.post("/v1/jobs", json=to_json(request_body))).json()["job"]
    failed = backend.jobs.get(job)
    await failed.over.wait()
    assert isinstance(failed.last_event, JobFailed)
    assert failed.last_event.error.type == "storage"
    assert "disk is full" in failed.last_event.error.message
    assert failed.last_event.candidates == failed.candidates != ()
    entries = [entry.id async for entry in failed.follow(0)]
    assert entries == list(range(1, len(entries) + 1))

    big = replace(request_body, problem=replace(request_body.problem, statement=300_000 * "x"))
    response = await http.post("/v1/jobs", json=to_json(big))
    assert (response.status_code, response.json()["error"]["code"]) == (503, "storage_failed")
    filler.unlink()
    assert (await http.post("/v1/jobs", json=to_json(request_body))).status_code == 202
