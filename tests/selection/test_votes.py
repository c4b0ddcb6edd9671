"""Votes of brute-force programs: how much each is believed, and who listens to them."""

import pytest

from alphacode_server.selection import SELECTORS, Evidence, output_hash, votes_of
from tests.selection.pools import matrix, order

X, Y, Z = map(output_hash, "xyz")


def test_programs_that_agree_vote_with_the_weight_of_their_agreement() -> None:
    assert votes_of(matrix("xyzx", "xyzx")) == ({X: 2.0}, {Y: 2.0}, {Z: 2.0}, {X: 2.0})
    assert votes_of(matrix("xyzx", "xyzz")) == ({X: 1.5}, {Y: 1.5}, {Z: 1.5}, {X: 0.75, Z: 0.75})


def test_one_that_agrees_with_nobody_casts_no_vote() -> None:
    votes = votes_of(matrix("xyx", "xyx", "zzz", "xyx"))
    assert [set(each) for each in votes] == [{X}, {Y}, {X}]


def test_no_two_programs_agree_or_there_is_but_one() -> None:
    assert votes_of(matrix("xyz", "yzx")) == ()
    assert votes_of(matrix("xyz")) == ()


def test_who_times_out_or_prints_nothing_casts_no_vote_there_and_loses_no_trust() -> None:
    assert votes_of(matrix("xyT", "x.-", "xyz")) == ({X: 3.0}, {Y: 2.0}, {Z: 1.0})
    assert votes_of(matrix("TT", "TT")) == ()


@pytest.mark.parametrize("name", ["ours", "codet", "b4", "srank"])
def test_selectors_that_use_tests_listen_to_votes(name: str) -> None:
    pool = matrix("xyz", "xyy", multiplicities=(1, 1))
    for expected, first in (("xyz", "a"), ("xyy", "b")):
        evidence = Evidence(pool, votes=votes_of(matrix(expected, expected)))
        assert order(SELECTORS[name].rank(evidence), evidence)[0] == {first}
