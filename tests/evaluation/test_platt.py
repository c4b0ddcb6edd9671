"""Platt's scaling: it finds what scores were made with, and never believes a scorer that is worse than chance."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.evaluation.platt import fit
from alphacode_server.selection.scores import Platt, log_odds, sigmoid

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30)


def fitted(pairs: list[tuple[float, bool]]) -> Platt:
    return fit([score for score, _ in pairs], [truth for _, truth in pairs])


def surprise(platt: Platt, pairs: list[tuple[float, bool]]) -> float:
    """What the fit minimises, written down anew."""
    n_right = sum(truth for _, truth in pairs)
    right, wrong = (n_right + 1) / (n_right + 2), 1 / (len(pairs) - n_right + 2)
    total = 0.0
    for score, truth in pairs:
        chance = min(max(sigmoid(platt.slope * log_odds(score) + platt.offset), 1e-12), 1 - 1e-12)
        target = right if truth else wrong
        total -= target * math.log(chance) + (1 - target) * math.log(1 - chance)
    return total


def test_the_scaling_that_the_truths_were_drawn_with_is_found() -> None:
    rng, truth = random.Random(1), Platt(slope=0.5, offset=-1.0)
    scores = [rng.random() for _ in range(5000)]
    found = fit(scores, [rng.random() < truth(score) for score in scores])
    assert found.slope == pytest.approx(truth.slope, abs=0.08)
    assert found.offset == pytest.approx(truth.offset, abs=0.15)


def test_scores_that_tell_nothing_become_the_base_rate() -> None:
    found = fitted([(0.95, True)] * 30 + [(0.95, False)] * 10)
    assert found(0.95) == pytest.approx(0.75, abs=0.01)


def test_a_scorer_worse_than_chance_is_not_believed() -> None:
    found = fitted([(0.9, False), (0.8, False), (0.3, True), (0.1, True)])
    assert found.slope == 0
    assert found(0.1) == found(0.9) == pytest.approx(0.5)


def test_few_that_are_all_right_make_no_certainty() -> None:
    assert fitted([(0.9, True), (0.6, True)])(0.99) == pytest.approx(0.75, abs=0.01)
    assert 0.5 < fitted([(0.9, True), (0.1, False)])(0.9) < 0.8


def test_nothing_was_scored() -> None:
    assert fit([], []) == Platt()


@given(pairs=PAIRS, slope=st.floats(0, 5), offset=st.floats(-5, 5))
def test_no_scaling_that_keeps_the_order_is_likelier(
    pairs: list[tuple[float, bool]], slope: float, offset: float
) -> None:
    found = fitted(pairs)
    assert found.slope >= 0
    assert surprise(found, pairs) <= surprise(Platt(slope, offset), pairs) + 1e-6


@given(pairs=PAIRS)
def test_what_is_claimed_on_average_is_what_came_true_drawn_in_a_little(pairs: list[tuple[float, bool]]) -> None:
    found, n, n_right = fitted(pairs), len(pairs), sum(truth for _, truth in pairs)
    drawn_in = n_right * (n_right + 1) / (n_right + 2) + (n - n_right) / (n - n_right + 2)
    assert sum(found(score) for score, _ in pairs) == pytest.approx(drawn_in, abs=1e-3)


@given(pairs=PAIRS, seed=st.integers())
def test_the_order_of_the_scores_does_not_matter(pairs: list[tuple[float, bool]], seed: int) -> None:
    shuffled = random.Random(seed).sample(pairs, len(pairs))
    for score, _ in pairs:
        assert fitted(shuffled)(score) == pytest.approx(fitted(pairs)(score), abs=1e-6)
