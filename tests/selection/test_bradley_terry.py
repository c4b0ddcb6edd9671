"""Strengths from duels: what Bradley and Terry's model says of them, and what holds whatever the duels."""

import math
import random
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.selection import Duel
from alphacode_server.selection.bradley_terry import PRIOR, log_strengths
from alphacode_server.selection.scores import sigmoid

WINS = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))


@st.composite
def duels(draw: st.DrawFn) -> list[Duel]:
    """At most twelve between at most six, many of whom may never have met."""
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(6), 2))), max_size=12))
    return [Duel(first, second, draw(WINS)) for first, second in pairs]


def near(strengths: dict[int, float]) -> Any:
    return pytest.approx(strengths, abs=1e-6)


def test_nobody_has_fought() -> None:
    assert log_strengths([]) == {}


def test_a_drawn_duel_tells_nothing() -> None:
    assert log_strengths([Duel(3, 7, 0.5)]) == near({3: 0, 7: 0})


def test_one_duel_by_hand() -> None:
    # 0.8 + 0.25 wins against 0.2 + 0.25.
    half = math.log(1.05 / 0.45) / 2
    assert log_strengths([Duel(0, 1, 0.8)]) == near({0: half, 1: -half})


def test_who_beats_the_strong_is_stronger_than_who_beats_the_weak() -> None:
    # 0 beats 1 often, then 2 beats 0 and 3 beats 1, once each.
    strengths = log_strengths([Duel(0, 1, 1.0)] * 4 + [Duel(2, 0, 1.0), Duel(3, 1, 1.0)])
    assert strengths[2] > strengths[3]


def test_many_duels_find_the_strengths_they_were_fought_with() -> None:
    truth, rng = [1.0, 0.3, -0.2, -1.1], random.Random(1)
    fought = [
        Duel(first, second, float(rng.random() < sigmoid(truth[first] - truth[second])))
        for first, second in combinations(range(4), 2)
        for _ in range(500)
    ]
    found = log_strengths(fought)
    for first, second in combinations(range(4), 2):
        assert found[first] - found[second] == pytest.approx(truth[first] - truth[second], abs=0.3)


@given(fought=duels())
def test_everybody_wins_as_often_as_their_strength_has_it(fought: list[Duel]) -> None:
    strengths = log_strengths(fought)
    for row, strength in strengths.items():
        chances = [sigmoid(strength - other) for other in strengths.values()]
        expected, wins = 2 * PRIOR * (sum(chances) - 0.5), PRIOR * (len(strengths) - 1)
        for duel in fought:
            if row in (duel.first, duel.second):
                other = duel.second if row == duel.first else duel.first
                expected += sigmoid(strength - strengths[other])
                wins += duel.won if row == duel.first else 1 - duel.won
        assert expected == pytest.approx(wins, abs=1e-6)


@given(fought=duels(), seed=st.integers())
def test_neither_names_nor_order_matter(fought: list[Duel], seed: int) -> None:
    rng = random.Random(seed)
    names = rng.sample(range(100), 6)
    renamed = [Duel(names[duel.first], names[duel.second], duel.won) for duel in rng.sample(fought, len(fought))]
    assert log_strengths(renamed) == near({names[row]: s for row, s in log_strengths(fought).items()})


@given(fought=duels(), data=st.data())
def test_a_duel_told_from_the_other_side_is_the_same(fought: list[Duel], data: st.DataObject) -> None:
    turned = [Duel(duel.second, duel.first, 1 - duel.won) if data.draw(st.booleans()) else duel for duel in fought]
    assert log_strengths(turned) == near(log_strengths(fought))


@given(fought=duels())
def test_with_all_results_reversed_the_strong_are_as_weak(fought: list[Duel]) -> None:
    reversed_ = [Duel(duel.first, duel.second, 1 - duel.won) for duel in fought]
    assert log_strengths(reversed_) == near({row: -s for row, s in log_strengths(fought).items()})


@given(fought=duels().filter(bool), data=st.data())
def test_winning_more_of_a_duel_never_weakens(fought: list[Duel], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(fought) - 1))
    duel = fought[place]
    better = [*fought[:place], Duel(duel.first, duel.second, data.draw(st.floats(duel.won, 1))), *fought[place + 1 :]]
    assert log_strengths(better)[duel.first] >= log_strengths(fought)[duel.first] - 1e-6
