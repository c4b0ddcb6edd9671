"""A store that ends with its process."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob, TokenRecord, Usage
from alphacode_server.service.store.store import Kept, StoreError


@dataclass(slots=True)
class _Job:
    record: JobRecord
    entries: list[Entry]
    status: str = "queued"
    chunks: list[Chunk] = field(default_factory=list)


class MemoryStore:
    """A `Store` in this process's memory: all is kept at once."""

    lasts = False
    n_waiting = 0

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._usage: dict[tuple[str, str], Usage] = {}
        self._tokens: dict[str, TokenRecord] = {}

    async def jobs(self) -> Sequence[KeptJob]:
        return [KeptJob(job.record, job.status, tuple(job.entries)) for job in self._jobs.values()]

    def add(self, record: JobRecord, first: Entry) -> Kept:
        self._jobs[record.id] = _Job(record, [first])
        return _kept()

    def append(self, job_id: str, entry: Entry, status: str | None = None) -> Kept:
        if job := self._jobs.get(job_id):
            job.entries[entry.id - 1 : entry.id] = [entry]
            job.status = status or job.status
        return _kept()

    def end(self, job_id: str, entry: Entry, status: str, usage: Usage | None = None) -> Kept:
        if job := self._jobs.get(job_id):
            job.entries[entry.id - 1 :] = [entry]
            job.status = status
            job.chunks.clear()
        return self.charge(usage) if usage else _kept()

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

    def charge(self, usage: Usage) -> Kept:
        before = self._usage.get((usage.owner, usage.day), replace(usage, samples=0, sandbox_s=0.0))
        samples, sandbox_s = before.samples + usage.samples, before.sandbox_s + usage.sandbox_s
        self._usage[usage.owner, usage.day] = replace(usage, samples=samples, sandbox_s=sandbox_s)
        return _kept()

    async def usage(self, day: str) -> Sequence[Usage]:
        return [usage for usage in self._usage.values() if usage.day == day]

    async def add_token(self, token: TokenRecord) -> None:
        if any(known.name == token.name and known.revoked_at is None for known in self._tokens.values()):
            raise StoreError(f"there is a token {token.name!r} already; revoke it first, or choose another name")
        self._tokens[token.id] = token

    async def tokens(self) -> Sequence[TokenRecord]:
        return list(self._tokens.values())

    async def token(self, token_id: str) -> TokenRecord | None:
        return self._tokens.get(token_id)

    async def has_tokens(self) -> bool:
        return bool(self._tokens)

    async def revoke_token(self, name: str, at: float) -> bool:
        for token in self._tokens.values():
            if token.name == name and token.revoked_at is None:
                self._tokens[token.id] = replace(token, revoked_at=at)
                return True
        return False

    async def aclose(self) -> None:
        """Nothing to write."""


def _kept() -> Kept:
    kept: Kept = asyncio.get_running_loop().create_future()
    kept.set_result(None)
    return kept
