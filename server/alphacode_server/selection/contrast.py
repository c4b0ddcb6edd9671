"""Inputs on which clusters differ: what a judge is best shown of a program, or of two."""

from collections import Counter
from collections.abc import Mapping, Sequence

from alphacode_server.selection.clusters import Cluster
from alphacode_server.selection.matrix import NOT_RUN, ExecutionMatrix

SHORT = 100
"""Characters of an input that is easily taken in whole."""
READABLE = 500
"""Characters of one that still can be, if need be."""


def cells_by_input(matrix: ExecutionMatrix, clusters: Sequence[Cluster]) -> tuple[Mapping[int, int], ...]:
    """Per input, how many clusters have which cell there."""
    return tuple(Counter(cells) for cells in zip(*(matrix.cells[each.row] for each in clusters), strict=True))


def telling_inputs(matrix: ExecutionMatrix, by_input: Sequence[Mapping[int, int]], row: int, n: int) -> tuple[int, ...]:
    """At most `n` inputs that tell most of a program: those on which the fewest clusters behave as it does.

    Short ones come first, and of equals the shortest. One that the program was not run on is none of them.
    """
    cells, inputs = matrix.cells[row], matrix.inputs
    columns = [column for column, cell in enumerate(cells) if cell != NOT_RUN]
    columns.sort(
        key=lambda column: (
            len(inputs[column]) > SHORT,
            by_input[column].get(cells[column], 0),
            len(inputs[column]),
            inputs[column],
        )
    )
    return tuple(columns[:n])


def differing_input(matrix: ExecutionMatrix, first: int, second: int) -> int | None:
    """The shortest input on which two programs differ: of those that both answer, where there are any.

    None where all that tell them apart are too long to be read, or one of the two was not run there.
    """
    cells = list(zip(matrix.cells[first], matrix.cells[second], strict=True))
    columns = [
        column
        for column, pair in enumerate(cells)
        if pair[0] != pair[1] and NOT_RUN not in pair and len(matrix.inputs[column]) <= READABLE
    ]

    def is_answered(column: int) -> bool:
        behaviours = (matrix.behaviours[cell] for cell in cells[column])
        return all(behaviour is not None and behaviour.answers for behaviour in behaviours)

    return min(
        columns,
        key=lambda column: (not is_answered(column), len(matrix.inputs[column]), matrix.inputs[column]),
        default=None,
    )
