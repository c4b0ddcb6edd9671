"""The one task that writes to the database: in order, and many writes to a transaction."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from alphacode_server.service.store.store import Kept, StoreError

log = logging.getLogger(__name__)

BATCH = 256
"""Writes in a transaction."""
MAX_WAITING = 10_000
"""Writes that may wait. Whoever writes much waits for each write, so that only a database that hangs comes here."""

TROUBLE = (SQLAlchemyError, OSError)
"""What a database's trouble is raised as; the network's comes through as it is."""

Step = tuple[Executable, Mapping[str, Any]]
"""A statement and its parameters."""


@dataclass(frozen=True, slots=True)
class _Write:
    steps: Sequence[Step]
    kept: Kept


class Writer:
    """Starts with its first write."""

    def __init__(self, engine: AsyncEngine, where: str) -> None:
        """`where` names the database in messages."""
        self._engine = writing(engine)
        self._where = where
        self._waiting: deque[_Write] = deque()
        self._writing: asyncio.Task[None] | None = None

    @property
    def n_waiting(self) -> int:
        return len(self._waiting)

    def write(self, *steps: Step) -> Kept:
        """Do these steps, all or none, after whatever was handed over before."""
        kept: Kept = asyncio.get_running_loop().create_future()
        kept.add_done_callback(_look_at)
        if len(self._waiting) >= MAX_WAITING:
            kept.set_exception(StoreError(f"{self._where} does not keep up: {MAX_WAITING} writes are waiting"))
            return kept
        self._waiting.append(_Write(steps, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="store")
        return kept

    async def aclose(self) -> None:
        """Return when all is written."""
        while self._writing:
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                error = await self._tried(batch)
                for write in batch:
                    if write.kept.done():
                        continue  # Whoever waited for it was cancelled.
                    if error:
                        write.kept.set_exception(error)
                    else:
                        write.kept.set_result(None)
        finally:
            self._writing = None

    async def _tried(self, batch: Sequence[_Write]) -> StoreError | None:
        try:
            async with self._engine.begin() as connection:
                for statement, parameters in _merged(step for write in batch for step in write.steps):
                    await connection.execute(statement, parameters)
        except Exception as error:
            # Whatever it was, those who wait for these writes must hear of it, and the next ones may succeed.
            if not isinstance(error, TROUBLE):
                log.exception("writing to %s failed", self._where)
            return StoreError(f"cannot write to {self._where}: {reason(error)}")
        return None


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The engine for transactions that write: in SQLite one that begins with a read may find that it cannot."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def reason(error: Exception) -> str:
    """What the database said, without the statement that it said it about."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def _merged(steps: Iterator[Step]) -> Iterator[tuple[Executable, list[Mapping[str, Any]]]]:
    """Neighbours with the same statement become one statement with many parameters."""
    for _, group in groupby(steps, key=lambda step: id(step[0])):
        same = list(group)
        yield same[0][0], [parameters for _, parameters in same]


def _look_at(kept: Kept) -> None:
    # Not everybody who hands something over waits for it; the job that it was for hears of the failure all the same.
    if not kept.cancelled():
        kept.exception()
