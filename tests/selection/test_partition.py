"""Which inputs make the partition of the programs finest."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.selection import ExecutionMatrix, cluster, entropy, entropy_of, splitting
from tests.selection.pools import matrix


def only(m: ExecutionMatrix, columns: tuple[int, ...]) -> ExecutionMatrix:
    """The matrix with these columns alone."""
    rows = [[m.outcome(row, column) for column in columns] for row in range(len(m.programs))]
    return ExecutionMatrix.of(m.programs, m.multiplicities, [m.inputs[column] for column in columns], rows)


def test_entropy_of_simple_partitions() -> None:
    assert entropy([7]) == 0
    assert entropy([]) == 0
    assert entropy([3, 3]) == pytest.approx(math.log(2))
    assert entropy([1, 1, 1, 0]) == pytest.approx(math.log(3))
    assert entropy_of(matrix("x", "x", "y", multiplicities=(1, 1, 2))) == pytest.approx(math.log(2))


def test_an_even_split_is_worth_more_than_one_of_a_single_program() -> None:
    m = matrix("xx", "xx", "xy", "yy")
    assert splitting(m) == (1, 0)


def test_samples_count_not_programs() -> None:
    m = matrix("xx", "xx", "xy", "yx", multiplicities=(1, 1, 1, 9))
    assert splitting(m) == (0, 1)


def test_inputs_that_split_nothing_more_are_left_out() -> None:
    assert splitting(matrix("xzx", "xzx", "yzy")) == (0,)
    assert splitting(matrix("xx")) == ()
    assert splitting(matrix("", "")) == ()


def test_a_time_out_splits_and_is_dear() -> None:
    m = matrix("xxT", "xyx", "xyx", "xxT")
    assert splitting(m) == (1,)


@given(rows=st.lists(st.text("xyT-", min_size=5, max_size=5), min_size=1, max_size=12))
def test_the_chosen_inputs_make_the_same_clusters_as_all(rows: list[str]) -> None:
    m = matrix(*rows)
    chosen = splitting(m)
    assert len(set(chosen)) == len(chosen) < max(2, len(rows))
    assert {each.members for each in cluster(only(m, chosen))} == {each.members for each in cluster(m)}
