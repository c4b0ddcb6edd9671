"""Problems that were sent together, as a contest's are, wait for each other; what never becomes whole is let go."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from alphacode_server.problem.companion import Payload

logger = logging.getLogger(__name__)

PATIENCE_S = 30.0
"""How long a batch waits for its next problem; a browser parses a page in between."""
_LARGEST_TOTAL = 64 << 20
"""Bytes of all batches that wait."""


@dataclass(slots=True)
class _Batch:
    size: int
    bodies: list[bytes] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None


class Batches:
    """`deliver` gets the bodies of a whole batch, or of what had come of it when patience ended."""

    def __init__(self, deliver: Callable[[tuple[bytes, ...]], None], patience_s: float = PATIENCE_S) -> None:
        self._deliver = deliver
        self._patience_s = patience_s
        self._waiting: dict[str, _Batch] = {}

    def add(self, payload: Payload, body: bytes) -> None:
        if payload.batch is None or payload.batch.size == 1:
            self._deliver((body,))
            return
        name = payload.batch.id
        batch = self._waiting.setdefault(name, _Batch(payload.batch.size))
        batch.bodies.append(body)
        if batch.timer is not None:
            batch.timer.cancel()
        if len(batch.bodies) >= batch.size:
            self._finish(name)
            return
        batch.timer = asyncio.get_running_loop().call_later(self._patience_s, self._finish, name)
        self._forget_oldest()

    def close(self) -> None:
        """Hand on what has come so far."""
        for name in list(self._waiting):
            self._finish(name)

    def _finish(self, name: str) -> None:
        batch = self._waiting.pop(name)
        if batch.timer is not None:
            batch.timer.cancel()
        self._deliver(tuple(batch.bodies))

    def _forget_oldest(self) -> None:
        while sum(len(body) for batch in self._waiting.values() for body in batch.bodies) > _LARGEST_TOTAL:
            oldest = next(iter(self._waiting))
            logger.warning("a batch of %d problems was dropped: too much is waiting", self._waiting[oldest].size)
            timer = self._waiting.pop(oldest).timer
            if timer is not None:
                timer.cancel()
