"""How long a client waits, and when it connects again to a stream that was dropped."""

import asyncio
import random
import time
from dataclasses import dataclass

from alphacode_server.protocol.errors import BackendError, BackendRefused, BackendUnavailable

_LASTING_S = 5.0
"""A stream that was open for so long was a real one, even if no event came."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the client waits, in seconds."""

    reply_s: float = 30.0
    """For an answer to a question that needs no work."""
    judge_s: float = 300.0
    silence_s: float = 30.0
    """A stream that is silent for so long is dropped; the backend sends a heartbeat every 10 s."""
    first_wait_s: float = 0.5
    longest_wait_s: float = 8.0
    reconnect_s: float = 60.0
    """After so long without a backend, a dropped stream is given up."""


class StreamDropped(BackendUnavailable):
    """A stream that was open has ended before its job."""


class Reconnecting:
    """Waits between the connections of one stream, longer each time until an event comes."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._began = self._contact = time.monotonic()
        self._n_failures = 0

    def connecting(self) -> None:
        self._began = time.monotonic()

    def heard(self) -> None:
        """An event came."""
        self._contact, self._n_failures = time.monotonic(), 0

    async def wait(self, error: BackendError) -> None:
        """Wait before the next connection. Raises the error instead when waiting has been of no use."""
        now = time.monotonic()
        if isinstance(error, StreamDropped) and now - self._began > _LASTING_S:
            self.heard()
        may_pass = isinstance(error, BackendUnavailable) or _is_passing(error)
        if not may_pass or now - self._contact > self._patience.reconnect_s:
            raise error
        wait_s = min(self._patience.longest_wait_s, self._patience.first_wait_s * 2**self._n_failures)
        self._n_failures = min(self._n_failures + 1, 10)
        asked_s = error.retry_after_s if isinstance(error, BackendRefused) else None
        await asyncio.sleep(max(wait_s * random.uniform(0.75, 1.25), asked_s or 0.0))


def _is_passing(error: BackendError) -> bool:
    return isinstance(error, BackendRefused) and error.status in (429, 503)
