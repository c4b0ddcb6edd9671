"""The interface behind which jobs are kept."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob, TokenRecord, Usage

Kept = asyncio.Future[None]
"""Done once what was handed over is kept. Fails with `StoreError` when it is not."""


class Store(Protocol):
    """Keeps what it is handed in the order it is handed over. One process at a time runs jobs from it.

    Every method may raise `StoreError`.
    """

    lasts: bool
    """Whether what it keeps is there when the next process starts."""

    @property
    def n_waiting(self) -> int:
        """Writes that wait for those before them."""

    async def jobs(self) -> Sequence[KeptJob]:
        """Every job, in the order they were taken on."""

    def add(self, record: JobRecord, first: Entry) -> Kept:
        """Keep a new job, which is queued, with its first entry: both, or neither."""

    def append(self, job_id: str, entry: Entry, status: str | None = None) -> Kept:
        """Keep a job's next entry, in place of what was kept under its id before, and with it the job's new status."""

    def end(self, job_id: str, entry: Entry, status: str, usage: Usage | None = None) -> Kept:
        """Keep a job's last entry, whatever was kept after the one before it, and what it used; drop its chunks."""

    def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
        """Keep a chunk of a job that has not ended."""

    async def chunks(self, job_id: str) -> Sequence[Chunk]:
        """The chunks of a job, in the order they were kept."""

    def forget(self, job_ids: Collection[str]) -> Kept:
        """Keep nothing of these jobs any more."""

    def charge(self, usage: Usage) -> Kept:
        """Add to what is kept of an owner's day."""

    async def usage(self, day: str) -> Sequence[Usage]:
        """What each owner used on a day."""

    async def add_token(self, token: TokenRecord) -> None:
        """Raises StoreError when there is one with this name that was not revoked."""

    async def tokens(self) -> Sequence[TokenRecord]:
        """All that ever were, in the order they were made."""

    async def token(self, token_id: str) -> TokenRecord | None:
        """The token of this id, whether or not it is still good."""

    async def has_tokens(self) -> bool:
        """Whether there ever was one: the last one's end does not open the door to everybody."""

    async def revoke_token(self, name: str, at: float) -> bool:
        """False when there is none of this name that was not revoked before."""

    async def aclose(self) -> None:
        """Write what is still to be written, and let go."""


class StoreError(Exception):
    """Something cannot be kept or read; the message says where and the way out."""
