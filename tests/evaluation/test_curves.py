"""Curves: what fewer samples would have given."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_server.evaluation import ORACLE, Task, compare, curves, default_ks
from alphacode_server.evaluation.curves import N_DRAWS, PICKS, Curve, Sampled
from alphacode_server.evaluation.metrics import n_at_k, pass_at_k
from alphacode_server.selection import SELECTORS, Evidence
from tests.selection.pools import matrix

FAR = 100 * 4 / math.sqrt(N_DRAWS) / 2
"""Four standard deviations of a mean of so many yes and no, in per cent."""


def sampled(*rows: str, right: str, n_samples: int, multiplicities: tuple[int, ...] | None = None) -> Sampled:
    """`right` has a 1 a program that is right; the samples beyond these programs fail the examples."""
    evidence = Evidence(matrix(*rows, multiplicities=multiplicities))
    return Sampled(Task("", evidence, tuple(each == "1" for each in right)), n_samples)


NOTHING = Sampled(Task("", Evidence(matrix("x").of([], [], [], [])), ()), 8)
TASKS = (sampled("xy", "xy", "yx", right="001", n_samples=8), sampled("xy", "xy", "yx", right="110", n_samples=8))


def rates(found: tuple[Curve, ...], name: str) -> dict[tuple[int | None, int], float]:
    """By numbers of picks and samples."""
    return {(curve.n_picks, k): rate.mean for curve in found if curve.name == name for k, rate in curve.at.items()}


def test_random_picks_and_pass_at_k_are_exact() -> None:
    found = curves(TASKS, ["random"], (1, 4, 8))
    assert len(found) == 3
    for k in (1, 4, 8):
        for n in PICKS:
            assert rates(found, "random")[n, k] == pytest.approx(50 * (n_at_k(8, 3, 1, k, n) + n_at_k(8, 3, 2, k, n)))
        assert rates(found, "pass")[None, k] == pytest.approx(50 * (pass_at_k(8, 1, k) + pass_at_k(8, 2, k)))


def test_sub_samples_give_what_the_closed_form_does() -> None:
    # In one cluster the order by size is a random one.
    task = sampled("x", "x", "x", right="010", n_samples=30, multiplicities=(9, 4, 2))
    found = curves([task], ["size", "random"], (2, 8, 30))
    for place, exact in rates(found, "random").items():
        assert rates(found, "size")[place] == pytest.approx(exact, abs=FAR)


@given(n_samples=st.integers(3, 40), right=st.text("01", min_size=3, max_size=3), k=st.integers(1, 40))
@settings(max_examples=10, deadline=None)
def test_no_selector_beats_pass_at_k_and_one_sample_leaves_no_choice(n_samples: int, right: str, k: int) -> None:
    found = curves([sampled("xy", "xx", "yx", right=right, n_samples=n_samples)], ["ours", "size", "oracle"], (1, k))
    bound = rates(found, "pass")
    for name in ("ours", "size", "oracle"):
        assert all(rate <= bound[None, k] + 1e-9 for (_, k), rate in rates(found, name).items())
        assert all(rates(found, name)[n, 1] == pytest.approx(bound[None, 1]) for n in PICKS)
        assert rates(found, name)[1, k] <= rates(found, name)[10, k] + 1e-9


@pytest.mark.parametrize("name", [*SELECTORS, ORACLE])
def test_all_samples_give_what_the_whole_pool_does(name: str) -> None:
    whole = compare([each.task for each in TASKS], [name], PICKS).selectors[0]
    found = rates(curves(TASKS, [name], (8, 100)), name)
    for n in PICKS:
        assert found[n, 8] == found[n, 100] == pytest.approx(whole.at[n].mean)


@pytest.mark.parametrize("name", [*SELECTORS, ORACLE])
def test_a_problem_that_nothing_passes_is_unsolved(name: str) -> None:
    found = curves([NOTHING, TASKS[0]], [name], (4, 8))
    assert rates(found, "pass")[None, 8] == 50
    assert all(rate <= 50 for rate in rates(found, name).values())
    assert compare([NOTHING.task], [name], [1]).selectors[0].at[1].mean == 0


def test_the_same_tasks_give_the_same_curves() -> None:
    assert curves(TASKS, ["ours"], (2, 4)) == curves(TASKS, ["ours"], (2, 4))


def test_numbers_of_samples_are_powers_of_two_and_all() -> None:
    assert default_ks(1) == (1,)
    assert default_ks(64) == (1, 2, 4, 8, 16, 32, 64)
    assert default_ks(100) == (1, 2, 4, 8, 16, 32, 64, 100)
