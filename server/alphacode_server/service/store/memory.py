"""A store that ends with its process."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob
from alphacode_server.service.store.store import Kept


@dataclass(slots=True)
class _Job:
    record: JobRecord
    entries: list[Entry]
    status: str = "queued"
    chunks: list[Chunk] = field(default_factory=list)


class MemoryStore:
    """A `Store` in this process's memory: all is kept at once."""

    lasts = False

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}

    async def jobs(self) -> Sequence[KeptJob]:
        return [KeptJob(job.record, job.status, tuple(job.entries)) for job in self._jobs.values()]

    def add(self, record: JobRecord, first: Entry) -> Kept:
        self._jobs[record.id] = _Job(record, [first])
        return _kept()

    def append(self, job_id: str, entry: Entry, status: str | None = None) -> Kept:
        if job := self._jobs.get(job_id):
            job.entries.append(entry)
            job.status = status or job.status
        return _kept()

    def end(self, job_id: str, entry: Entry, status: str) -> Kept:
        if job := self._jobs.get(job_id):
            job.entries[entry.id - 1 :] = [entry]
            job.status = status
            job.chunks.clear()
        return _kept()

    def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
        if job := self._jobs.get(job_id):
            job.chunks.append(chunk)
        return _kept()

    async def chunks(self, job_id: str) -> Sequence[Chunk]:
        job = self._jobs.get(job_id)
        return tuple(job.chunks) if job else ()

    def forget(self, job_ids: Collection[str]) -> Kept:
        for job_id in job_ids:
            self._jobs.pop(job_id, None)
        return _kept()

    async def aclose(self) -> None:
        """Nothing to write."""


def _kept() -> Kept:
    kept: Kept = asyncio.get_running_loop().create_future()
    kept.set_result(None)
    return kept
