"""One search for candidates as the editor sees it: what the backend's events have told so far."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    CandidatesSnapshot,
    Counts,
    ErrorBody,
    JobAccepted,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobQueued,
    JobWarning,
    PhaseProgress,
    RankedCandidate,
    SolveResult,
)


class SearchState(StrEnum):
    """Where a search is in its life."""

    STARTING = "starting"  # before the backend has the job: asking the user, starting a backend
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Search:
    """A search and its results. Partial results stay when it fails or is cancelled."""

    job: str
    """Ours; the backend's is `backend_job`."""
    problem: Problem
    statement: Path
    source_uri: str
    """The document the search was started from."""
    language: str
    """A language id, or `both`."""
    samples: int
    outlives_editor: bool = False
    """Whether the backend goes on when the editor has closed."""
    state: SearchState = SearchState.STARTING
    percent: int = 0
    stages: dict[str, float] = field(default_factory=dict)
    """For each stage of flows how many of them have come to it, 0..1."""
    wants_samples: bool = False
    """Sampling goes in rounds; before the last one, phases between them are no progress towards the end."""
    text: str = ""
    """What is going on, or how it ended, in words."""
    remedy: str = ""
    """Where it failed, what its user can do."""
    candidates: tuple[RankedCandidate, ...] = ()
    seen: dict[str, RankedCandidate] = field(default_factory=dict)
    """Every candidate that was ever shown, by SHA-256: an action that was listed earlier still means its program."""
    counts: Counts = field(default_factory=Counts)
    model: str = ""
    result: SolveResult | None = None
    error: ErrorBody | None = None
    """What a job of the backend failed of."""
    may_go_on: bool = False
    """This session follows it no more, and the backend may still be at work."""
    warnings: list[str] = field(default_factory=list)
    backend_job: str | None = None
    backend_url: str = ""
    """The backend that has the job."""
    is_cancelling: bool = False
    """The user has asked for the end; the backend has not confirmed it yet."""
    task: "asyncio.Task[None] | None" = None

    @property
    def is_running(self) -> bool:
        """Whether it can still be cancelled."""
        return self.state in (SearchState.STARTING, SearchState.RUNNING)

    def take(self, event: JobEvent) -> None:
        """Bring the state up to date with an event."""
        if self.state is SearchState.STARTING:
            self.state = SearchState.RUNNING
        match event:
            case JobAccepted():
                self.model, self.samples = event.model, event.samples
                self.text = f"Sampling 0 of {event.samples}"
            case JobQueued():
                self.text = queue_text(event)
            case PhaseProgress():
                self._progress(event)
            case CandidatesSnapshot():
                self._show(event.candidates)
            case JobWarning():
                self.warnings.append(event.message)
            case JobCompleted():
                self._show(event.result.candidates)
                self.result, self.counts, self.model = event.result, event.result.counts, event.result.model
                self.state, self.percent = SearchState.COMPLETED, 100
                self.text = end_text(event.result)
            case JobFailed():
                self._show(event.candidates or self.candidates)
                self.state, self.error = SearchState.FAILED, event.error
                request = f" [request {event.error.request_id}]" if event.error.request_id else ""
                self.text = f"Failed: {event.error.message}{request}"
            case JobCancelled():
                self._show(event.candidates or self.candidates)
                self.state = SearchState.CANCELLED
                self.text = _CANCELLED_BY.get(event.by, f"Cancelled by {event.by}")

    def candidate(self, rank: int) -> RankedCandidate | None:
        """The candidate that has this rank now."""
        return next((candidate for candidate in self.candidates if candidate.rank == rank), None)

    def _progress(self, event: PhaseProgress) -> None:
        self.counts, self.text = event.counts, phase_text(event)
        if event.name == "sample":
            self.wants_samples = event.done < event.total
        if event.name not in _SHARES:
            self.stages[event.name] = event.done / max(event.total, 1)
            self.percent = max(self.percent, int(_SHARES["sample"][1] * min(1, sum(self.stages.values()) / _N_STAGES)))
        elif event.name in ("sample", "score") or not self.wants_samples:
            self.percent = max(self.percent, percent_of(event))

    def _show(self, candidates: tuple[RankedCandidate, ...]) -> None:
        self.candidates = candidates
        self.seen.update((candidate.sha256, candidate) for candidate in candidates)


_CANCELLED_BY = {
    "client": "Cancelled",
    "server": "Cancelled: the backend was stopped",
    "budget": "Cancelled: the time was up",
    "disconnect": "Cancelled: the backend lost the connection to this editor",
}

_SHARES = {"sample": (0, 70), "generate_inputs": (70, 80), "cluster": (80, 95), "score": (95, 97), "duel": (97, 99)}
"""The part of the progress bar that each phase fills."""
_N_STAGES = 7
"""Of a flow, which fill the part of sampling. Flows leave some out."""


def percent_of(event: PhaseProgress) -> int:
    start, end = _SHARES[event.name]
    return start + (end - start) * min(event.done, event.total) // max(event.total, 1)


def phase_text(event: PhaseProgress) -> str:
    """`Sampling 37 of 128 (12 pass the examples)`."""
    passing = event.counts.passing
    match event.name:
        case "sample":
            return f"Sampling {event.done} of {event.total} ({passing} {_verb(passing, 'pass')} the examples)"
        case "generate_inputs":
            return f"Generating inputs, {event.done} of {event.total} ({passing} programs pass)"
        case "cluster":
            return f"Clustering {passing} programs, {event.done} of {event.total} run"
        case "score":
            return f"Scoring {counted(event.counts.clusters, 'cluster')}"
        case "duel":
            return f"Judging pairs of clusters, {event.done} of {event.total}"
        case _:
            return event.name.replace("_", " ").capitalize()


def queue_text(event: JobQueued) -> str:
    eta = f", about {event.eta_ms // 1000} s" if event.eta_ms else ""
    return f"Waiting for the backend (position {event.position}{eta})"


def end_text(result: SolveResult) -> str:
    """`10 candidates, best passes 3/3 (48 s)`."""
    total_s = result.timings.get("total")
    took = f" ({total_s:.0f} s)" if total_s is not None else ""
    if not result.candidates:
        return f"No candidate found in {counted(result.counts.sampled, 'sample')}{took}"
    best = result.candidates[0]
    shown = f", best passes {best.passed}/{best.total}" if best.total else ""
    return f"{counted(len(result.candidates), 'candidate')}{shown}{took}"


def counted(number: int, noun: str) -> str:
    """`1 candidate`, `3 candidates`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _verb(number: int, verb: str) -> str:
    return f"{verb}es" if number == 1 else verb
