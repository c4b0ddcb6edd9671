"""The partition that inputs make of programs: how fine it is, and which inputs make it so."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from alphacode_server.selection.matrix import ExecutionMatrix

MIN_COST_S = 0.25
"""What an input costs at least, so that the clock's noise does not choose between inputs that cost next to nothing."""


def entropy(sizes: Iterable[float]) -> float:
    """Of a partition, in nats, from the sizes of its parts: 0 for a single part, the more the finer it is."""
    present = [size for size in sizes if size > 0]
    total = math.fsum(present)
    return -math.fsum(size / total * math.log(size / total) for size in present)


def entropy_of(matrix: ExecutionMatrix) -> float:
    """Of the partition into clusters, by samples."""
    return entropy(_sizes(map(tuple, matrix.cells), matrix.multiplicities))


def splitting(matrix: ExecutionMatrix) -> tuple[int, ...]:
    """The columns that make the clusters, the most useful first; every other column splits none of them any further.

    Greedy: each one gains the most entropy per CPU second of all programs beyond those before it, so that it splits a
    large cluster, evenly and cheaply.
    """
    parts: list[Hashable] = [0] * len(matrix.programs)
    chosen: list[int] = []
    reached, left = 0.0, list(range(len(matrix.inputs)))
    while left:
        refined = {column: _refined(parts, matrix, column) for column in left}
        gains = {column: entropy(_sizes(refined[column], matrix.multiplicities)) - reached for column in left}
        # A column without a gain now has none later: the partition only becomes finer.
        left = [column for column in left if gains[column] > 1e-9]
        if left:
            best = max(left, key=lambda column: gains[column] / _cost_s(matrix, column))
            chosen.append(best)
            left.remove(best)
            parts, reached = refined[best], reached + gains[best]
    return tuple(chosen)


def _refined(parts: Sequence[Hashable], matrix: ExecutionMatrix, column: int) -> list[Hashable]:
    """Per program, a number of its part once the column is seen as well."""
    numbers: dict[Hashable, int] = {}
    pairs = ((part, cells[column]) for part, cells in zip(parts, matrix.cells, strict=True))
    return [numbers.setdefault(pair, len(numbers)) for pair in pairs]


def _sizes(parts: Iterable[Hashable], multiplicities: Sequence[int]) -> Iterable[int]:
    sizes = Counter[Hashable]()
    for part, n in zip(parts, multiplicities, strict=True):
        sizes[part] += n
    return sizes.values()


def _cost_s(matrix: ExecutionMatrix, column: int) -> float:
    return max(MIN_COST_S, sum(times[column] for times in matrix.time_ms) / 1000)
