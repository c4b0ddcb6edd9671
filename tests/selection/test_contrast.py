"""Which inputs set programs apart, on pools small enough to see it."""

from dataclasses import replace

from hypothesis import given

from alphacode_server.selection import Evidence, ExecutionMatrix, cluster
from alphacode_server.selection.contrast import READABLE, SHORT, cells_by_input, differing_input, telling_inputs
from tests.selection.pools import evidences, matrix


def telling(of: ExecutionMatrix, row: int, n: int = 9) -> tuple[int, ...]:
    return telling_inputs(of, cells_by_input(of, cluster(of)), row, n)


def with_inputs(of: ExecutionMatrix, *inputs: str) -> ExecutionMatrix:
    return replace(of, inputs=inputs)


def test_an_input_tells_most_where_the_fewest_clusters_behave_alike() -> None:
    # Of four clusters, one prints as the first does on input 0, none on input 1 and all on input 2.
    m = matrix("xxz", "xyz", "yyz", "ywz")
    assert telling(m, 0) == (1, 0, 2)
    assert telling(m, 0, n=1) == (1,)


def test_clusters_count_and_not_their_programs() -> None:
    assert telling(matrix("xx", "xy", "xy", "xy", "yx", "zx"), 0) == (0, 1)


def test_of_equals_the_shortest_tells_most_and_long_ones_come_last() -> None:
    m = with_inputs(matrix("xxxx", "yyyx"), "a" * (SHORT + 1), "22", "1", "1")
    assert telling(m, 0) == (2, 1, 3, 0)


def test_what_a_program_was_not_run_on_tells_nothing() -> None:
    assert telling(matrix("T--", "xyz"), 0) == (0,)
    assert telling(ExecutionMatrix.of("a", [1], [], [()]), 0) == ()


def test_programs_differ_on_the_shortest_input_that_both_answer() -> None:
    m = with_inputs(matrix("xTxxx", "xyyyz"), "1", "2", "333", "44", "44")
    assert differing_input(m, 0, 1) == 3
    assert differing_input(m, 1, 0) == 3


def test_where_one_always_fails_that_is_the_difference() -> None:
    m = with_inputs(matrix("TT", "xy"), "22", "1")
    assert differing_input(m, 0, 1) == 1


def test_where_nothing_legible_differs_there_is_none() -> None:
    assert differing_input(matrix("xy", "xy"), 0, 1) is None
    assert differing_input(matrix("x-", "xy"), 0, 1) is None
    assert differing_input(with_inputs(matrix("x", "y"), "1" * (READABLE + 1)), 0, 1) is None


@given(evidence=evidences())
def test_inputs_that_differ_and_tell_are_inputs_that_were_run(evidence: Evidence) -> None:
    m = evidence.matrix
    for row, cells in enumerate(m.cells):
        columns = telling(m, row)
        assert sorted(columns) == [column for column, cell in enumerate(cells) if cell]
        for other, other_cells in enumerate(m.cells):
            column = differing_input(m, row, other)
            assert column is None or cells[column] != other_cells[column]
            assert column is None or 0 not in (cells[column], other_cells[column])
