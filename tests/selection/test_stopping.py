"""When a search stops: bounds of the chance, what must move it, and whether it holds in searches drawn at random."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphacode_server.selection import Standings, chance_of_change

N_RANKS = 10


def chance(sizes: Sequence[int], n_failing: int, n_left: int, probabilities: Sequence[float] | None = None) -> float:
    """Where no probabilities are given, clusters are right by their share, and none of them with the chance of one."""
    known = [size / (sum(sizes) + 1) for size in sizes] if probabilities is None else probabilities
    return chance_of_change(Standings(sizes, known, n_failing, n_left), N_RANKS, random.Random(7))


SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=15).map(lambda sizes: sorted(sizes, reverse=True))


@given(SIZES, st.integers(0, 200), st.integers(0, 5000), st.booleans())
@settings(max_examples=15, deadline=None)
def test_it_is_a_probability(sizes: list[int], n_failing: int, n_left: int, certain: bool) -> None:
    probabilities = [size / sum(sizes) for size in sizes] if certain else [0.0] * len(sizes)
    assert 0 <= chance(sizes, n_failing, n_left, probabilities) <= 1


@given(SIZES, st.integers(0, 50), st.integers(1, 200))
@settings(max_examples=8, deadline=None)
def test_more_samples_to_come_make_a_change_no_less_likely(sizes: list[int], n_failing: int, n_left: int) -> None:
    assert chance(sizes, n_failing, n_left) <= chance(sizes, n_failing, 4 * n_left) + 0.1


def test_nothing_to_come_changes_nothing() -> None:
    assert chance([3, 3], 0, 0) == 0


@pytest.mark.parametrize("n_left", [1, 1000])
def test_a_search_without_a_passing_program_is_never_settled(n_left: int) -> None:
    assert chance([], 500, n_left) == 1


def test_one_cluster_that_dominates_settles_a_search() -> None:
    assert chance([30], 2, 224) < 0.02
    assert chance([120, 2, 1], 5, 896) < 0.02


def test_two_clusters_that_are_level_do_not() -> None:
    assert chance([15, 14], 3, 32) > 0.2


def test_nor_does_a_single_program_that_passes() -> None:
    assert chance([1], 31, 224) > 0.2


def test_nor_do_clusters_that_are_likelier_wrong_than_right() -> None:
    assert chance([40], 24, 192, [0.4]) == 1
    assert chance([40, 3], 21, 192, [0.0, 0.0]) == 1


def test_one_that_is_far_the_likeliest_settles_a_search_whatever_the_sizes() -> None:
    assert chance([5, 40], 10, 50, [0.97, 0.01]) < 0.05 < chance([5, 40], 10, 50, [0.5, 0.45])


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), st.integers(10, 200))
@settings(max_examples=8, deadline=None)
def test_the_more_was_drawn_the_surer_it_is(sizes: list[int], n_left: int) -> None:
    sizes = sorted(sizes, reverse=True)
    assert chance([16 * size for size in sizes], 16, 16 * n_left) <= chance(sizes, 1, n_left) + 0.1


def test_of_the_searches_that_stop_few_would_have_changed() -> None:
    """Searches by a Dirichlet process, the right cluster drawn from it too: the events that the chance is about."""
    rng, level, stopped, changed = random.Random(3), 0.1, 0, 0
    for _ in range(150):
        concentration = rng.expovariate(1.0)
        drawn = _process(100, concentration, rng)
        # One more draw says which cluster is right, as the probabilities have it.
        right, drawn = drawn[-1], drawn[:-1]
        now, then = Counter(drawn[:30]).most_common(), Counter(drawn).most_common()
        if chance([size for _, size in now], 0, len(drawn) - 30) <= level:
            ranks, in_the_end = ([cluster for cluster, _ in each[:N_RANKS]] for each in (now, then))
            stopped += 1
            changed += ranks[0] != in_the_end[0] or (right in ranks) != (right in in_the_end)
    assert stopped > 50
    assert changed <= level * stopped


def _process(n: int, concentration: float, rng: random.Random) -> list[int]:
    drawn: list[int] = []
    for i in range(n):
        is_new = rng.random() * (i + concentration) < concentration
        drawn.append(i if is_new else rng.choice(drawn))
    return drawn
