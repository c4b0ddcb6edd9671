"""Scores as probabilities: what Platt's scaling keeps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.selection import Evidence
from alphacode_server.selection.scores import SCORER_CALIBRATION, Platt, calibrated
from tests.selection.pools import matrix

SCORES = st.floats(0, 1)


@given(score=st.floats(0.001, 0.999))
def test_without_a_slope_and_an_offset_of_its_own_nothing_changes(score: float) -> None:
    assert Platt()(score) == pytest.approx(score)


@given(slope=st.floats(0, 10), offset=st.floats(-20, 20), scores=st.lists(SCORES, min_size=2))
def test_no_order_is_turned_round_and_all_are_probabilities(slope: float, offset: float, scores: list[float]) -> None:
    values = [Platt(slope, offset)(score) for score in sorted(scores)]
    assert values == sorted(values)
    assert all(0 < value < 1 or value == pytest.approx(round(value), abs=1e-6) for value in values)


def test_scores_are_calibrated_by_the_kind_of_their_scorer() -> None:
    evidence = Evidence(matrix("x", "y"), scores={1: 0.9}, scorer="unheard of")
    assert calibrated(evidence) == {1: pytest.approx(0.9)}
    for kind, platt in SCORER_CALIBRATION.items():
        assert calibrated(replace(evidence, scorer=kind)) == {1: platt(0.9)}
