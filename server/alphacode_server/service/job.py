"""One job: an append-only log of events, those who listen to it, and how it stands. Knows nothing of searching."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from alphacode_server.protocol import (
    TERMINAL,
    CandidatesSnapshot,
    Counts,
    ErrorBody,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobSnapshot,
    PhaseProgress,
    RankedCandidate,
    SolveRequest,
)
from alphacode_server.protocol.encoding import encode


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its id, rising by one from 1, and its data as JSON."""

    id: int
    event: JobEvent
    data: str


class Job:
    """The life of a job, which its streams come and go without touching.

    `on_abandoned` is called when nobody has listened or asked for the job's grace period.
    """

    def __init__(self, id_: str, request: SolveRequest, request_id: str, on_abandoned: "Callable[[Job], None]") -> None:
        self.id = id_
        self.request = request
        self.request_id = request_id
        self.status = "queued"
        self.counts = Counts()
        self.candidates: tuple[RankedCandidate, ...] = ()
        self.error: ErrorBody | None = None
        self.n_bytes = 0
        self.over = asyncio.Event()
        self._log: list[Entry] = []
        self._grown = asyncio.Event()
        self._n_listeners = 0
        self._on_abandoned = on_abandoned
        self._grace: asyncio.TimerHandle | None = None
        # A client needs a moment to come for its first event, however short its grace.
        self._wait_for_listeners(max(request.grace_ms / 1000, 10.0))

    @property
    def last_event_id(self) -> int:
        return len(self._log)

    @property
    def last_event(self) -> JobEvent:
        return self._log[-1].event

    @property
    def snapshot(self) -> JobSnapshot:
        return JobSnapshot(self.id, self.status, self.last_event_id, self.counts, self.candidates, self.error)

    def append(self, event: JobEvent) -> None:
        """Log an event. After the terminal one there is no other, so later ones are dropped."""
        if self.over.is_set():
            return
        data = json.dumps(encode(event), allow_nan=False, separators=(",", ":"))
        self._log.append(Entry(len(self._log) + 1, event, data))
        self.n_bytes += len(data)
        self._follow_up(event)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def follow(self, after: int) -> AsyncGenerator[Entry, None]:
        """The events after the given id, as they come, to the terminal one. Whoever iterates counts as a listener."""
        self._n_listeners += 1
        self._stop_waiting()
        try:
            while True:
                for entry in self._log[after:]:
                    after = entry.id
                    yield entry
                if self.last_event_id == after:
                    if self.over.is_set():
                        return
                    await self._grown.wait()
        finally:
            self._n_listeners -= 1
            self.touch()

    def touch(self) -> None:
        """Somebody has asked for the job or stopped listening: the grace period begins anew."""
        if self._n_listeners == 0:
            self._wait_for_listeners(self.request.grace_ms / 1000)

    def _follow_up(self, event: JobEvent) -> None:
        match event:
            case PhaseProgress(counts=counts):
                self.counts = counts
            case CandidatesSnapshot(candidates=candidates):
                self.candidates = candidates
            case JobCompleted(result=result):
                self.status, self.counts, self.candidates = "completed", result.counts, result.candidates
            case JobFailed(error=error):
                self.status, self.error = "failed", error
            case JobCancelled():
                self.status = "cancelled"
        if isinstance(event, TERMINAL):
            self._stop_waiting()
            self.over.set()

    def _wait_for_listeners(self, grace_s: float) -> None:
        self._stop_waiting()
        if not (self.request.detach or self.over.is_set()):
            self._grace = asyncio.get_running_loop().call_later(grace_s, self._on_abandoned, self)

    def _stop_waiting(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
