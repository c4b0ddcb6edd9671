"""The coverage curve: its bounds, and how near it comes to what further samples bring."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.selection import chance_of_a_first, expected_new_clusters


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(0, 500))
def test_new_clusters_are_no_more_than_there_are_rare_ones(sizes: list[int], n_failing: int) -> None:
    n_samples = max(1, sum(sizes) + n_failing)
    assert 0 <= expected_new_clusters(sizes, n_samples) <= sizes.count(1)


def test_nothing_new_is_expected_where_every_cluster_was_met_often() -> None:
    assert expected_new_clusters([40, 12, 3], 64) == 0


def test_many_that_were_met_once_promise_as_many_again() -> None:
    assert expected_new_clusters([1] * 30, 64) == pytest.approx(29, abs=1)


def test_twice_the_samples_bring_about_what_was_expected() -> None:
    rng, expected, found = random.Random(5), 0.0, 0
    for _ in range(200):
        shares = [rng.paretovariate(0.7) for _ in range(60)]
        drawn = rng.choices(range(60), shares, k=128)
        first = Counter(drawn[:64])
        expected += expected_new_clusters(list(first.values()), 64)
        found += len(set(drawn)) - len(first)
    assert 0.8 * found <= expected <= 1.1 * found


@given(st.integers(0, 10**6))
def test_a_first_program_that_passes_stays_possible(n_failing: int) -> None:
    assert 0 <= chance_of_a_first(n_failing) < 0.293


def test_the_chance_of_a_first_is_that_of_jeffreys_prior() -> None:
    # One failure leaves Beta(1/2, 3/2), whose mean is 1/4.
    assert chance_of_a_first(1) == pytest.approx(1 / 4)
