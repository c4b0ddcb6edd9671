"""One job: an append-only log of events, those who listen to it, and how it stands. Knows nothing of searching.

An event is kept before it is shown: what a client has seen is there after a restart, under the same id.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Protocol

from alphacode_sandbox import Meter
from alphacode_server.protocol import (
    TERMINAL,
    CandidatesSnapshot,
    Counts,
    ErrorBody,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobSnapshot,
    PhaseProgress,
    RankedCandidate,
    SolveRequest,
)
from alphacode_server.protocol.decoding import decode_event
from alphacode_server.protocol.encoding import encode
from alphacode_server.service.store import Entry, JobRecord, Kept, Store, Usage

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Whoever looks after a job."""

    def abandoned(self, job: "Job") -> None:
        """Nobody has listened or asked for the job's grace period."""

    def settled(self, job: "Job") -> Usage | None:
        """The job has ended. What is returned is kept with its last event."""

    def over(self, job: "Job") -> None:
        """The job's terminal event is shown."""


class Job:
    """The life of a job, which its streams come and go without touching."""

    def __init__(self, record: JobRecord, request: SolveRequest, store: Store, keeper: Keeper) -> None:
        self.record = record
        self.id = record.id
        self.request = request
        self.status = "queued"
        self.counts = Counts()
        self.candidates: tuple[RankedCandidate, ...] = ()
        self.error: ErrorBody | None = None
        self.last_event: JobEvent | None = None
        """The last one that is shown."""
        self.meter = Meter()
        """What its programs use in this process."""
        self.n_bytes = 0
        self.has_ended = False
        """Nothing is appended any more; the last event may still have to be kept."""
        self.over = asyncio.Event()
        """The terminal event is shown."""
        self._store = store
        self._keeper = keeper
        self._log: list[Entry] = []
        self._n_appended = 0
        self._kept_status = "queued"
        self._grown = asyncio.Event()
        self._is_settled = False
        self._is_left = False
        self._n_listeners = 0
        self._grace: asyncio.TimerHandle | None = None

    @property
    def last_event_id(self) -> int:
        return len(self._log)

    @property
    def entries(self) -> Sequence[Entry]:
        """The events that are shown."""
        return self._log

    @property
    def snapshot(self) -> JobSnapshot:
        return JobSnapshot(self.id, self.status, self.last_event_id, self.counts, self.candidates, self.error)

    @property
    def log_fields(self) -> dict[str, str]:
        """For the log: which job, and which request it came with."""
        return {"job": self.id, "request": self.record.request_id}

    @property
    def ended_at(self) -> float:
        """Unix seconds of the last event that is shown."""
        return self._log[-1].at

    def append(self, event: JobEvent) -> Kept:
        """Log an event. After the terminal one there is no other, so later ones are dropped.

        Should it not be kept, the job fails, as a log with a gap is none.
        """
        if self.has_ended:
            return _nothing()
        entry = _entry(self._n_appended + 1, event)
        self._n_appended = entry.id
        self._take_in(event)
        if isinstance(event, TERMINAL):
            self.has_ended = True
            kept = self._store.end(self.id, entry, _status_after(event), self._settle())
        elif entry.id == 1:
            kept = self._store.add(self.record, entry)
        else:
            status = None if self.status == self._kept_status else self.status
            self._kept_status = self.status
            kept = self._store.append(self.id, entry, status)
        if kept.done():
            self._show(entry, event, kept)
        else:
            kept.add_done_callback(partial(self._show, entry, event))
        return kept

    async def keep(self, event: JobEvent) -> None:
        """Log an event and return when it is kept. Raises StoreError when it cannot be."""
        kept = self.append(event)
        # Waited for in a way that a cancellation leaves it alone.
        await asyncio.wait([kept])
        kept.result()

    def restore(self, entries: Sequence[Entry], status: str) -> None:
        """Take over what an earlier process kept, up to a gap that a full disk may have left."""
        self._log = [entry for number, entry in enumerate(entries, start=1) if entry.id == number]
        self._n_appended = len(self._log)
        self._kept_status = status
        self.n_bytes = sum(len(entry.data) for entry in self._log)
        # Progress is cumulative and snapshots are full, so that the last of each kind tells all.
        for entry in sorted({entry.type: entry for entry in self._log}.values(), key=lambda entry: entry.id):
            try:
                event = decode_event(entry.type, json.loads(entry.data))
            except ValueError as error:
                log.warning("job %s: an event of an earlier version is passed over: %s", self.id, error)
                continue
            if event is not None:
                self._take_in(event)
                self.last_event = event
        if isinstance(self.last_event, TERMINAL):
            self.has_ended = True
            self._close(self.last_event)

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
                    if self.over.is_set() or self._is_left:
                        return
                    await self._grown.wait()
        finally:
            self._n_listeners -= 1
            self.touch()

    def touch(self) -> None:
        """Somebody has asked for the job or stopped listening: the grace period begins anew."""
        if self._n_listeners == 0:
            self._wait_for_listeners(self.request.grace_ms / 1000)

    def expect_listeners(self) -> None:
        """A client needs a moment to come for its first event, however short its grace."""
        if self._n_listeners == 0:
            self._wait_for_listeners(max(self.request.grace_ms / 1000, 10.0))

    def leave(self) -> None:
        """Append nothing any more, and send the listeners away: the next process goes on with the job."""
        self.has_ended = self._is_left = True
        self._stop_waiting()
        self._wake()

    def _show(self, entry: Entry, event: JobEvent, kept: Kept) -> None:
        if self.over.is_set():
            return  # It was on its way when the job broke off.
        if error := kept.exception():
            self.has_ended = True
            log.error("job %s: %s [request %s]", self.id, error, self.record.request_id, extra=self.log_fields)
            body = ErrorBody(str(error), "storage", "storage_failed", request_id=self.record.request_id)
            event = JobFailed(body, self.candidates)
            entry = _entry(self.last_event_id + 1, event)
            # Perhaps this little can be kept; if not, the next process goes on with the job.
            self._store.end(self.id, entry, _status_after(event))
            self._take_in(event)
        self._log.append(entry)
        self.n_bytes += len(entry.data)
        self.last_event = event
        if isinstance(event, TERMINAL):
            self._close(event)
            self._keeper.over(self)
        self._wake()

    def _settle(self) -> Usage | None:
        """What the job used, the first time that this is asked for."""
        if self._is_settled:
            return None
        self._is_settled = True
        return self._keeper.settled(self)

    def _take_in(self, event: JobEvent) -> None:
        match event:
            case PhaseProgress(counts=counts):
                self.counts = counts
            case CandidatesSnapshot(candidates=candidates):
                self.candidates = candidates
            case JobCompleted(result=result):
                self.counts, self.candidates = result.counts, result.candidates
            case JobFailed(error=error):
                self.error = error

    def _close(self, event: JobEvent) -> None:
        self.status = _status_after(event)
        self._stop_waiting()
        self.over.set()

    def _wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def _wait_for_listeners(self, grace_s: float) -> None:
        self._stop_waiting()
        if not (self.request.detach or self.has_ended):
            self._grace = asyncio.get_running_loop().call_later(grace_s, self._keeper.abandoned, self)

    def _stop_waiting(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None


def _entry(id_: int, event: JobEvent) -> Entry:
    return Entry(id_, event.TYPE, json.dumps(encode(event), allow_nan=False, separators=(",", ":")), time.time())


def _status_after(event: JobEvent) -> str:
    """`completed` after `job.completed`, and so on."""
    return event.TYPE.removeprefix("job.")


def _nothing() -> Kept:
    kept: Kept = asyncio.get_running_loop().create_future()
    kept.set_result(None)
    return kept
