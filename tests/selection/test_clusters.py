"""Clusters, over small hand-written matrices and random ones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from alphacode_sandbox import RunResult, Verdict
from alphacode_server.selection import cluster, outcome_of
from tests.selection.pools import NAMES, matrix, members


def test_equal_behaviour_is_one_cluster_and_the_largest_comes_first() -> None:
    m = matrix("xy", "xx", "xy")
    assert members(cluster(m), m) == [{"a", "c"}, {"b"}]


def test_duplicates_count() -> None:
    m = matrix("xy", "xx", "xy", multiplicities=(1, 5, 1))
    assert [(c.size, len(c.members)) for c in cluster(m)] == [(5, 1), (2, 2)]


def test_a_time_out_is_behaviour() -> None:
    m = matrix("xT", "xT", "xx")
    assert members(cluster(m), m) == [{"a", "b"}, {"c"}]


def test_an_input_that_was_not_run_is_not_a_time_out() -> None:
    m = matrix("TT", "T-")
    assert len(cluster(m)) == 2


def test_the_most_drawn_member_comes_first() -> None:
    m = matrix("x", "x", multiplicities=(1, 3))
    assert cluster(m)[0].members == (1, 0)


ROWS = st.lists(st.text("xyT", min_size=3, max_size=3), min_size=1, max_size=12)


@given(rows=ROWS, seed=st.integers())
def test_the_order_of_the_programs_does_not_matter(rows: list[str], seed: int) -> None:
    names = NAMES[: len(rows)]
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    straight = matrix(*rows, names=names)
    shuffled = matrix(*[rows[i] for i in order], names="".join(names[i] for i in order))
    assert members(cluster(straight), straight) == members(cluster(shuffled), shuffled)


@given(rows=ROWS, data=st.data())
def test_duplicates_change_sizes_and_nothing_else(rows: list[str], data: st.DataObject) -> None:
    multiplicities = tuple(data.draw(st.lists(st.integers(1, 9), min_size=len(rows), max_size=len(rows))))
    once, often = matrix(*rows), matrix(*rows, multiplicities=multiplicities)
    groups = {frozenset(each) for each in members(cluster(once), once)}
    assert {frozenset(each) for each in members(cluster(often), often)} == groups
    assert sum(c.size for c in cluster(often)) == sum(multiplicities)


def run(stdout: str, verdict: Verdict = Verdict.RUN) -> RunResult:
    return RunResult(verdict, stdout, "", 0, None, 0.012, 0.02, 900)


def test_outputs_are_compared_by_their_tokens() -> None:
    assert outcome_of(run("1 2\n3\n")) == outcome_of(run("1\n2 3"))
    assert outcome_of(run("12")).behaviour != outcome_of(run("1 2")).behaviour


def test_a_crash_hides_what_was_printed_before_it() -> None:
    assert outcome_of(run("1", Verdict.RE)) == outcome_of(run("2", Verdict.RE))
