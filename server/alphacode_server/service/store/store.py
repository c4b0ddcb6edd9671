"""The interface behind which jobs are kept."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob

Kept = asyncio.Future[None]
"""Done once what was handed over is kept. Fails with `StoreError` when it is not."""


class Store(Protocol):
    """Keeps what it is handed in the order it is handed over. One process at a time runs jobs from it.

    Every method may raise `StoreError`.
    """

    lasts: bool
    """Whether what it keeps is there when the next process starts."""

    async def jobs(self) -> Sequence[KeptJob]:
        """Every job, in the order they were taken on."""

    def add(self, record: JobRecord, first: Entry) -> Kept:
        """Keep a new job, which is queued, with its first entry: both, or neither."""

    def append(self, job_id: str, entry: Entry, status: str | None = None) -> Kept:
        """Keep a job's next entry and, with it, its new status."""

    def end(self, job_id: str, entry: Entry, status: str) -> Kept:
        """Keep a job's last entry, whatever was kept after the one before it, and drop its chunks."""

    def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
        """Keep a chunk of a job that has not ended."""

    async def chunks(self, job_id: str) -> Sequence[Chunk]:
        """The chunks of a job, in the order they were kept."""

    def forget(self, job_ids: Collection[str]) -> Kept:
        """Keep nothing of these jobs any more."""

    async def aclose(self) -> None:
        """Write what is still to be written, and let go."""


class StoreError(Exception):
    """Something cannot be kept or read; the message says where and the way out."""
