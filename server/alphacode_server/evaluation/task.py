"""A task of a pool: the evidence of its programs, and the truth about them."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from alphacode_server.selection import Evidence


class PoolError(Exception):
    """A pool cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Task:
    """One problem of a pool."""

    name: str
    evidence: Evidence
    is_right: tuple[bool, ...]
    """Per program, what the hidden tests say. No selector but the oracle sees it."""

    def sampled(self, n: int, rng: random.Random) -> "Task":
        """As if `n` of its samples had been drawn."""
        samples = self.samples
        return self.of_samples(rng.sample(samples, min(n, len(samples))))

    @property
    def samples(self) -> list[int]:
        """The row of every sample: as often as its program was drawn."""
        return [row for row, n in enumerate(self.evidence.matrix.multiplicities) for _ in range(n)]

    def of_samples(self, samples: Iterable[int]) -> "Task":
        """As if only these had been drawn."""
        drawn = Counter(samples)
        rows = sorted(drawn)
        evidence = self.evidence.restricted(rows)
        multiplicities = tuple(drawn[row] for row in rows)
        evidence = replace(evidence, matrix=replace(evidence.matrix, multiplicities=multiplicities))
        return Task(self.name, evidence, tuple(self.is_right[row] for row in rows))
