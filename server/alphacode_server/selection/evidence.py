"""Everything a selector may know about a pool of programs: pure values, recorded once and replayed at will."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from alphacode_server.selection.matrix import ExecutionMatrix

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class GeneratedTests:
    """Tests that a model wrote, right or wrong, and which program passes which."""

    counts: tuple[float, ...]
    """Per test, how often it was written, or how much is to be made of it."""
    passes: tuple[int, ...]
    """Per program, an integer whose bit t says that it passes test t."""


@dataclass(frozen=True, slots=True)
class Duel:
    """What a judge makes of two programs, shown an input on which they print different things."""

    first: int
    """A row of the matrix, which stands for its cluster; likewise the next."""
    second: int
    won: float
    """The probability that the first is right, given that one of them is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A matrix and what is known beside it. Whether a program is right is never part of it."""

    matrix: ExecutionMatrix
    scores: Mapping[int, float] = field(default_factory=dict)
    """A scorer's estimates in 0..1, by row; rows that were not scored are absent."""
    scorer: str = ""
    """The kind of scorer, as numbers of different kinds are not comparable; empty where that was not recorded."""
    votes: tuple[Mapping[str, float], ...] = ()
    """Per input, votes by output hash: what a model or a brute-force program expects there. Empty without any."""
    written_tests: GeneratedTests | None = None
    """Tests that are not an input with an expected output. Without them, the votes are the tests."""
    n_examples: int = 0
    examples: tuple[int, ...] = ()
    """Per program, how many of the statement's examples it passes; empty where that was not recorded."""
    time_limits_ms: tuple[int, ...] = ()
    """Per program, as its language has it; empty where unknown."""
    duels: tuple[Duel, ...] = ()
    """Between the most promising clusters; empty where none were fought."""
    loads: Mapping[int, float] = field(default_factory=dict)
    """By row, the CPU time on large inputs as a share of the time limit: above 1 is too slow. Programs that were not
    run on them are absent."""

    def tests(self) -> GeneratedTests:
        """The generated tests; the votes are what there is of them where none were written otherwise."""
        return self.written_tests or _tests_of(self.matrix, self.votes)

    @property
    def passing(self) -> tuple[int, ...]:
        """The rows that pass every example, or all where that was not recorded."""
        n_rows = len(self.matrix.programs)
        return tuple(row for row in range(n_rows) if not self.examples or self.examples[row] == self.n_examples)

    def restricted(self, rows: Sequence[int]) -> "Evidence":
        """The same about some of the programs. Row i of it is `rows[i]` of this one."""
        matrix, tests = self.matrix, self.written_tests
        place = {old: new for new, old in enumerate(rows)}
        return Evidence(
            matrix=ExecutionMatrix(
                programs=_at(matrix.programs, rows),
                multiplicities=_at(matrix.multiplicities, rows),
                inputs=matrix.inputs,
                behaviours=matrix.behaviours,
                cells=_at(matrix.cells, rows),
                time_ms=_at(matrix.time_ms, rows),
                memory_kb=_at(matrix.memory_kb, rows),
            ),
            scores={new: self.scores[old] for new, old in enumerate(rows) if old in self.scores},
            scorer=self.scorer,
            votes=self.votes,
            written_tests=GeneratedTests(tests.counts, _at(tests.passes, rows)) if tests else None,
            n_examples=self.n_examples,
            examples=_at(self.examples, rows),
            time_limits_ms=_at(self.time_limits_ms, rows),
            duels=tuple(
                Duel(place[duel.first], place[duel.second], duel.won)
                for duel in self.duels
                if duel.first in place and duel.second in place
            ),
            loads={new: self.loads[old] for new, old in enumerate(rows) if old in self.loads},
        )


def _at(values: tuple[_Value, ...], rows: Sequence[int]) -> tuple[_Value, ...]:
    return tuple(values[row] for row in rows) if values else ()


def _tests_of(matrix: ExecutionMatrix, votes: Sequence[Mapping[str, float]]) -> GeneratedTests:
    """An expected output of an input is a test, as often as it was voted for."""
    counts: list[float] = []
    bits: list[dict[int, int]] = []
    """Per input, the bit of the test that a cell of the matrix passes."""
    for expected in votes:
        bit_of = {text: 1 << (len(counts) + place) for place, text in enumerate(expected)}
        bits.append(
            {
                cell: bit_of[behaviour.output_hash]
                for cell, behaviour in enumerate(matrix.behaviours)
                if behaviour and behaviour.output_hash in bit_of
            }
        )
        counts += expected.values()
    passes = (sum(bit.get(cell, 0) for bit, cell in zip(bits, cells, strict=False)) for cells in matrix.cells)
    return GeneratedTests(tuple(counts), tuple(passes))
