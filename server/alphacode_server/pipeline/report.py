"""What a search tells while it runs, and the stream of events that comes of it."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace

from alphacode_server.protocol import (
    CandidatesSnapshot,
    Counts,
    JobCompleted,
    JobWarning,
    PhaseProgress,
    RankedCandidate,
    SolveEvent,
    SolveResult,
    StageResult,
)

REPORT_EVERY_S = 0.1


class Report:
    """Numbers of a search, sent on as events: at most ten a second of each kind, however fast the stages are."""

    def __init__(self, emit: Callable[[SolveEvent], None]) -> None:
        self._emit = emit
        self._start = time.monotonic()
        self._sent: dict[str, float] = {}
        self._begun: Counter[str] = Counter()
        self.counts = Counts()

    def phase(self, name: str, done: int, total: int, n_clusters: int | None = None, *, at_once: bool = False) -> None:
        """Cumulative progress of a phase. Its first and its last report are always sent, and one that is `at_once`."""
        if n_clusters is not None:
            self.counts = replace(self.counts, clusters=n_clusters)
        if at_once or name not in self._sent or done >= total or self.is_due(name):
            self._sent[name] = time.monotonic()
            elapsed_ms = round((time.monotonic() - self._start) * 1000)
            self._emit(PhaseProgress(name, done, total, self.counts, elapsed_ms))

    def candidates(self, candidates: Sequence[RankedCandidate]) -> None:
        """The provisional answer as of now."""
        self._sent["candidates"] = time.monotonic()
        self._emit(CandidatesSnapshot(tuple(candidates)))

    def begin_stage(self, name: str, n_flows: int) -> None:
        """One more flow is in a stage: a phase whose progress is how many have come so far."""
        self._begun[name] += 1
        self.phase(name, self._begun[name], n_flows, at_once=True)

    def stage(self, flow: int, name: str, result: dict[str, object], n_calls: int, n_tokens: int) -> None:
        """What a stage of a flow has come to, always sent."""
        self._emit(StageResult(flow, name, result, n_calls, n_tokens))

    def warn(self, code: str, message: str) -> None:
        """Something the user should know."""
        self._emit(JobWarning(code, message))

    def is_due(self, name: str) -> bool:
        """Whether events of this name have been quiet for long enough."""
        return time.monotonic() - self._sent.get(name, 0.0) >= REPORT_EVERY_S


async def events_of(search: Callable[[Report], Awaitable[SolveResult]]) -> AsyncGenerator[SolveEvent, None]:
    """Run a search beside its reader. The result is the last event; an exception of the search is raised here.

    Closing this iterator cancels the search and returns when it has ended.
    """
    events = asyncio.Queue[SolveEvent | None]()
    task = asyncio.ensure_future(search(Report(events.put_nowait)))
    task.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        yield JobCompleted(task.result())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
