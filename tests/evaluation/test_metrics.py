"""Closed forms against draws: what they say is what happens on average."""

import math
import random
from collections.abc import Callable
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_server.evaluation.bootstrap import interval
from alphacode_server.evaluation.calibration import Bin, calibration
from alphacode_server.evaluation.metrics import hypergeometric, n_at_k, pass_at_k, solve_chance
from alphacode_server.selection import Group, Ranking
from alphacode_server.selection.choice import draws

N_DRAWS = 4000
FAR = 5 / math.sqrt(N_DRAWS) / 2
"""Five standard deviations of a mean of so many yes and no."""


def check(exact: float, draw: Callable[[random.Random], bool]) -> None:
    """The mean of many draws is near the closed form."""
    rng = random.Random(1)
    assert exact == pytest.approx(mean(draw(rng) for _ in range(N_DRAWS)), abs=FAR)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Samples, of which so many pass, of which so many are right; and how many are drawn."""
    n = draw(st.integers(1, 30))
    passing = draw(st.integers(0, n))
    return n, passing, draw(st.integers(0, passing)), draw(st.integers(1, n))


@st.composite
def rankings(draw: st.DrawFn) -> tuple[Ranking, tuple[bool, ...]]:
    """Groups with few scores, so that many tie, and whether each program is right."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=6))
    scores = sorted((draw(st.sampled_from([0.0, 1.0, 2.0])) for _ in sizes), reverse=True)
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    groups = [
        Group(
            score,
            tuple(range(start, start + size)),
            tuple(draw(st.lists(st.integers(1, 3), min_size=size, max_size=size))),
        )
        for score, start, size in zip(scores, starts, sizes, strict=True)
    ]
    is_right = draw(st.lists(st.booleans(), min_size=sum(sizes), max_size=sum(sizes)))
    return tuple(groups), tuple(is_right)


@settings(max_examples=10, deadline=None)
@given(counts=counts(), n_submissions=st.integers(1, 5))
def test_n_at_k_is_what_draws_give(counts: tuple[int, int, int, int], n_submissions: int) -> None:
    n, passing, right, k = counts
    samples = ["right"] * right + ["passing"] * (passing - right) + ["failing"] * (n - passing)

    def draw(rng: random.Random) -> bool:
        survivors = [sample for sample in rng.sample(samples, k) if sample != "failing"]
        return "right" in rng.sample(survivors, min(n_submissions, len(survivors)))

    check(n_at_k(n, passing, right, k, n_submissions), draw)


@given(counts=counts(), n_submissions=st.integers(1, 5))
def test_n_at_k_is_at_most_pass_at_k_and_pass_at_k_is_k_at_k(
    counts: tuple[int, int, int, int], n_submissions: int
) -> None:
    n, passing, right, k = counts
    assert n_at_k(n, passing, right, k, n_submissions) <= pass_at_k(n, right, k) + 1e-12
    assert n_at_k(n, passing, right, k, k) == pytest.approx(pass_at_k(n, right, k))


@given(counts=counts())
def test_more_samples_and_more_submissions_never_hurt_pass_at_k(counts: tuple[int, int, int, int]) -> None:
    n, passing, right, k = counts
    rates = [pass_at_k(n, right, more) for more in range(1, n + 1)]
    assert rates == sorted(rates)
    assert rates[-1] == float(right > 0)
    by_submissions = [n_at_k(n, passing, right, k, more) for more in range(1, 6)]
    assert all(b >= a - 1e-12 for a, b in pairwise(by_submissions))


@given(counts=counts(), n_submissions=st.integers(1, 5))
def test_all_samples_give_the_plain_rate(counts: tuple[int, int, int, int], n_submissions: int) -> None:
    n, passing, right, _ = counts
    plain = pass_at_k(passing, right, n_submissions)
    assert n_at_k(n, passing, right, n, n_submissions) == pytest.approx(plain)
    assert n_at_k(n, passing, right, n + 5, n_submissions) == pytest.approx(plain)


@given(counts=counts())
def test_draws_without_replacement_are_hypergeometric(counts: tuple[int, int, int, int]) -> None:
    n, marked, _, k = counts
    found = dict(hypergeometric(n, marked, k))
    for m in range(k + 1):
        expected = math.comb(marked, m) * math.comb(n - marked, k - m) / math.comb(n, k)
        assert found.get(m, 0.0) == pytest.approx(expected)


def test_a_million_samples_are_no_trouble() -> None:
    assert pass_at_k(10**6, 1, 10**5) == pytest.approx(0.1)
    # With replacement, which is as good as without it here.
    assert n_at_k(10**6, 1000, 500, 10**4, 1) == pytest.approx(0.5, abs=1e-4)


def test_pass_at_k_by_hand() -> None:
    assert pass_at_k(4, 1, 1) == 0.25
    assert pass_at_k(4, 2, 2) == pytest.approx(5 / 6)
    assert pass_at_k(3, 1, 10) == 1


@settings(max_examples=25, deadline=None)
@given(pool=rankings(), k=st.integers(1, 12))
def test_the_solve_chance_is_what_draws_give(pool: tuple[Ranking, tuple[bool, ...]], k: int) -> None:
    ranking, is_right = pool

    def draw(rng: random.Random) -> bool:
        return any(is_right[row] for _, (_, row) in zip(range(k), draws(ranking, rng), strict=False))

    check(solve_chance(ranking, is_right, k), draw)


@given(pool=rankings())
def test_more_picks_never_hurt_and_all_of_them_find_what_can_be_found(
    pool: tuple[Ranking, tuple[bool, ...]],
) -> None:
    ranking, is_right = pool
    n_draws = sum(group.n_draws for group in ranking)
    chances = [solve_chance(ranking, is_right, k) for k in range(1, n_draws + 2)]
    assert all(b >= a - 1e-12 for a, b in pairwise(chances))
    assert chances[-1] == pytest.approx(float(any(is_right)))


@given(pool=rankings(), k=st.integers(1, 12), seed=st.integers())
def test_the_order_of_ties_does_not_matter(pool: tuple[Ranking, tuple[bool, ...]], k: int, seed: int) -> None:
    ranking, is_right = pool
    rng = random.Random(seed)
    shuffled = tuple(sorted(ranking, key=lambda group: (-group.score, rng.random())))
    assert solve_chance(shuffled, is_right, k) == pytest.approx(solve_chance(ranking, is_right, k))


def test_one_group_of_all_samples_has_the_rate_pass_at_k() -> None:
    ranking = (Group(0.0, (0, 1, 2), (5, 3, 2)),)
    for k in range(1, 11):
        assert solve_chance(ranking, (False, True, False), k) == pytest.approx(pass_at_k(10, 3, k))


def test_nothing_to_pick_from_solves_nothing() -> None:
    assert solve_chance((), (), 3) == 0


@given(values=st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=2, max_size=20))
def test_an_interval_holds_the_mean_and_stays_within_the_values(values: list[float]) -> None:
    low, high = interval(values, n_resamples=400)
    assert min(values) <= low <= high <= max(values)
    assert low - 1e-9 <= mean(values) <= high + 1e-9 or len(set(values)) > 1
    assert interval(values, n_resamples=400) == (low, high)


def test_an_interval_is_as_wide_as_theory_says() -> None:
    low, high = interval([0.0, 1.0] * 50)
    assert high - low == pytest.approx(2 * 1.96 * 0.05, abs=0.03)


def test_perfect_claims_have_a_brier_score_of_zero() -> None:
    assert calibration([0.0, 1.0], [0, 1]).brier == 0


def test_claims_are_held_against_what_came_true() -> None:
    found = calibration([0.1, 0.15, 0.9, 1.0], [0, 1, 1, 1])
    assert found.brier == pytest.approx((0.01 + 0.7225 + 0.01 + 0) / 4)
    assert found.bins == (Bin(2, pytest.approx(0.125), 0.5), Bin(2, pytest.approx(0.95), 1.0))
