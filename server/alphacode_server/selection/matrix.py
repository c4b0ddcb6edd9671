"""The execution matrix: what every surviving program did on every generated input."""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alphacode_sandbox import RunResult, Verdict

NOT_RUN = 0
"""The cell of an input that a program was not run on, as it had been stopped before."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What two programs must share on an input to be alike there: neither time nor memory."""

    status: Verdict
    output_hash: str
    """16 hex digits over the tokens of the output; empty unless the program ran to its end."""

    @property
    def ran(self) -> bool:
        """Whether the program ended by itself. Time-outs and crashes are behaviour too, but no answer."""
        return bool(self.output_hash)

    @property
    def answers(self) -> bool:
        """Whether it also printed something."""
        return self.ran and self.output_hash != NO_OUTPUT


@dataclass(frozen=True, slots=True)
class Outcome:
    """One program on one input."""

    status: Verdict
    output_hash: str
    """As in `Behaviour`."""
    time_ms: int
    memory_kb: int

    @property
    def behaviour(self) -> Behaviour:
        """This outcome without what it cost."""
        return Behaviour(self.status, self.output_hash)


@dataclass(frozen=True, slots=True)
class ExecutionMatrix:
    """Programs x inputs -> behaviour, CPU milliseconds and KiB. Rows are programs, columns are inputs.

    Kept as tables of small integers: 50,000 programs on 64 inputs are 40 MB.
    """

    programs: tuple[str, ...]
    """Candidate ids."""
    multiplicities: tuple[int, ...]
    """Samples per program, in the order of `programs`."""
    inputs: tuple[str, ...]
    behaviours: tuple[Behaviour | None, ...]
    """Everything that was seen, each once; None, which is first, stands for `NOT_RUN`."""
    cells: tuple[Sequence[int], ...]
    """Per program and input, an index of `behaviours`."""
    time_ms: tuple[Sequence[int], ...] = ()
    """Per program and input; 0 where it was not run, and no rows at all where times were not recorded."""
    memory_kb: tuple[Sequence[int], ...] = ()
    """Likewise."""

    @classmethod
    def of(
        cls,
        programs: Sequence[str],
        multiplicities: Sequence[int],
        inputs: Sequence[str],
        outcomes: Iterable[Sequence[Outcome | None]],
    ) -> "ExecutionMatrix":
        """A matrix of a row of outcomes a program; None was not run."""
        numbers: dict[Behaviour | None, int] = {None: NOT_RUN}
        cells, times, memories = [], [], []
        for row in outcomes:
            kinds = (outcome.behaviour if outcome else None for outcome in row)
            cells.append(array("I", (numbers.setdefault(kind, len(numbers)) for kind in kinds)))
            times.append(array("I", (outcome.time_ms if outcome else 0 for outcome in row)))
            memories.append(array("I", (outcome.memory_kb if outcome else 0 for outcome in row)))
        return cls(
            programs=tuple(programs),
            multiplicities=tuple(multiplicities),
            inputs=tuple(inputs),
            behaviours=tuple(numbers),
            cells=tuple(cells),
            time_ms=tuple(times),
            memory_kb=tuple(memories),
        )

    def outcome(self, row: int, column: int) -> Outcome | None:
        """One cell with what it cost; 0 where that was not recorded."""
        behaviour = self.behaviours[self.cells[row][column]]
        if behaviour is None:
            return None
        time_ms = self.time_ms[row][column] if self.time_ms else 0
        memory_kb = self.memory_kb[row][column] if self.memory_kb else 0
        return Outcome(behaviour.status, behaviour.output_hash, time_ms, memory_kb)


def signature(row: Sequence[Outcome | None]) -> tuple[Behaviour | None, ...]:
    """A program's behaviour on all inputs; equal signatures are one cluster."""
    return tuple(outcome.behaviour if outcome else None for outcome in row)


def outcome_of(run: RunResult) -> Outcome:
    """The part of a run that selection needs. Outputs are compared by their tokens, as the examples are."""
    return Outcome(
        status=run.verdict,
        output_hash=output_hash(run.stdout) if run.verdict is Verdict.RUN else "",
        time_ms=round(run.cpu_s * 1000),
        memory_kb=run.memory_kb,
    )


def output_hash(text: str) -> str:
    """16 hex digits; outputs with the same tokens share them."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


NO_OUTPUT = output_hash("")
