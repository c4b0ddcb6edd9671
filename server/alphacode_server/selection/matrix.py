"""The execution matrix: what every surviving program did on every generated input."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_sandbox import RunResult, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """One program on one input. Time-outs and crashes are behaviour too."""

    status: Verdict
    output_hash: str
    """16 hex digits over the tokens of the output; empty unless the program ran to its end."""
    time_ms: int
    memory_kb: int

    @property
    def behaviour(self) -> str:
        """What of this outcome two programs must share to be alike: neither time nor memory."""
        return self.output_hash or self.status


@dataclass(frozen=True, slots=True)
class ExecutionMatrix:
    """Programs x inputs -> outcome. An outcome of None was not run: its program had been stopped before."""

    programs: tuple[str, ...]
    """Candidate ids."""
    multiplicities: tuple[int, ...]
    """Samples per program, in the order of `programs`."""
    inputs: tuple[str, ...]
    outcomes: tuple[tuple[Outcome | None, ...], ...]
    """A row a program, a column an input."""


def signature(row: Sequence[Outcome | None]) -> tuple[str | None, ...]:
    """A program's behaviour on all inputs; equal signatures are one cluster."""
    return tuple(outcome.behaviour if outcome else None for outcome in row)


def outcome_of(run: RunResult) -> Outcome:
    """The part of a run that selection needs. Outputs are compared by their tokens, as the examples are."""
    digest = hashlib.sha256(" ".join(run.stdout.split()).encode()).hexdigest()[:16]
    return Outcome(
        status=run.verdict,
        output_hash=digest if run.verdict is Verdict.RUN else "",
        time_ms=round(run.cpu_s * 1000),
        memory_kb=run.memory_kb,
    )
