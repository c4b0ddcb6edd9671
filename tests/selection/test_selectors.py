"""Every selector on small pools: what its paper says, and what holds for all of them."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.selection import SELECTORS, Duel, Evidence, ExecutionMatrix, GeneratedTests, Group, Ranking, picks
from alphacode_server.selection.choice import draws
from tests.selection.pools import evidences, matrix, order, votes, written

EVERY = pytest.mark.parametrize("name", SELECTORS)


def check(name: str, evidence: Evidence, *tiers: str) -> None:
    """Best first; the letters of a tier are programs between which the selector sees no difference."""
    assert order(SELECTORS[name].rank(evidence), evidence) == [set(tier) for tier in tiers]


def test_random_sees_no_difference() -> None:
    check("random", Evidence(matrix("xx", "xy", "yy")), "abc")


def test_size_counts_duplicates_and_distinct_size_does_not() -> None:
    evidence = Evidence(matrix("xx", "yy", "yy", multiplicities=(3, 1, 1)))
    check("size", evidence, "a", "bc")
    check("distinct-size", evidence, "bc", "a")


@pytest.mark.parametrize("name", ["size", "distinct-size", "mbr-hard", "alphacode2"])
def test_programs_that_always_fail_come_last_however_many(name: str) -> None:
    tiers = ["c", "a", "b"] if name == "alphacode2" else ["c", "ab"]
    check(name, Evidence(matrix("TT", "TT", "xT", multiplicities=(5, 4, 1))), *tiers)


def test_alphacode2_takes_the_best_scored_member_of_every_cluster() -> None:
    m = matrix("x", "x", "y", "z", multiplicities=(2, 1, 2, 1))
    check("alphacode2", Evidence(m, scores={0: 0.2, 1: 0.9, 2: 0.1, 3: 1.0}), "b", "c", "d", "a")


def test_alphacode2_prefers_a_scored_member_and_else_the_most_drawn() -> None:
    m = matrix("x", "x", multiplicities=(5, 1))
    check("alphacode2", Evidence(m, scores={1: 0.0}), "b", "a")
    check("alphacode2", Evidence(m), "a", "b")


def test_with_one_cluster_alphacode2_is_the_ten_best_scored() -> None:
    scores = {row: random.Random(row).random() for row in range(12)}
    chosen = picks(SELECTORS["alphacode2"].rank(Evidence(matrix(*["x"] * 12), scores=scores)), 10, random.Random(0))
    assert [row for _, row in chosen] == sorted(scores, key=lambda row: -scores[row])[:10]


def test_codet_weighs_the_root_of_the_samples_with_the_tests() -> None:
    # sqrt(4) x 1, sqrt(1) x 3 and sqrt(1) x 1.
    evidence = Evidence(matrix("x", "y", "z", multiplicities=(4, 1, 1)), written_tests=written("100", "111", "001"))
    check("codet", evidence, "b", "a", "c")


def test_codet_counts_how_often_a_test_was_written_and_leaves_out_what_passes_none() -> None:
    evidence = Evidence(matrix("x", "y", "z"), written_tests=written("10", "01", "00", counts=(1, 5)))
    check("codet", evidence, "b", "a")


def test_without_other_tests_the_votes_are_the_tests() -> None:
    evidence = Evidence(matrix("xy", "xx", "yy"), votes=votes("x", "yyx"))
    assert evidence.tests() == GeneratedTests(counts=(1, 2, 1), passes=(0b011, 0b101, 0b010))


def test_b4_believes_in_tests_that_wrong_programs_rarely_pass() -> None:
    # Both sets have two programs and two tests; those of the first are passed by one other program each.
    results = ["1100", "1100", "0011", "0011", "1000", "0100"]
    check("b4", Evidence(matrix(*"uvwxyz"), written_tests=written(*results)), "ab", "cd", "ef")


def test_mbr_prefers_the_middle_of_overlapping_clusters() -> None:
    check("mbr", Evidence(matrix("xxyy", "xyyy", "xyyz")), "b", "ac")


def test_mbr_counts_no_agreement_in_failure() -> None:
    check("mbr", Evidence(matrix("xTT", "yTT", "xzz")), "c", "a", "b")


def test_srank_weighs_agreement_by_distinct_programs_and_by_votes() -> None:
    m = matrix("xxy", "xyy", "xyz", multiplicities=(1, 1, 9))
    check("srank", Evidence(m), "b", "ac")
    check("srank", Evidence(m, votes=votes("", "x", "")), "a", "b", "c")


def test_srank_rejects_what_answers_everything_alike_or_nothing() -> None:
    check("srank", Evidence(matrix("xx", "xx", "TT", "xy")), "d", "abc")


def test_ours_prefers_the_middle_of_overlapping_clusters_by_programs_and_not_by_samples() -> None:
    check("ours", Evidence(matrix("xxyy", "xyyy", "xyyz", multiplicities=(9, 1, 9))), "b", "a", "c")


def test_ours_supposes_that_earlier_picks_are_wrong_and_turns_to_something_else() -> None:
    check("ours", Evidence(matrix("xxxx", "xxxx", "xxxx", "xxxx", "xxxy", "zzzz", "zzzz")), "abcd", "fg", "e")


def test_ours_believes_tests_that_wrong_programs_rarely_pass() -> None:
    check("ours", Evidence(matrix("xy", "yx"), written_tests=written("10", "11", counts=(5, 5))), "b", "a")


def test_ours_no_longer_believes_tests_that_preferred_a_pick_supposed_to_be_wrong() -> None:
    # By tests alone the third program would be next; but whoever believes them believes in the first two.
    tests = written("111111", "111111", "011111", "000000", "000000")
    check("ours", Evidence(matrix("xx", "xx", "yy", "zz", "zz"), written_tests=tests), "ab", "de", "c")


def test_ours_is_wary_of_failures() -> None:
    check("ours", Evidence(matrix("xyz", "xyT")), "a", "b")


def test_ours_believes_a_scorer_where_nothing_else_differs() -> None:
    check("ours", Evidence(matrix("xy", "yx"), scores={0: 0.2, 1: 0.4}), "b", "a")


def test_ours_believes_duels_where_nothing_else_differs() -> None:
    check("ours", Evidence(matrix("xy", "yx", "zz"), duels=(Duel(0, 1, 0.1),)), "b", "c", "a")


def test_duels_move_odds_between_those_that_fought_and_leave_the_others_theirs() -> None:
    evidence = Evidence(matrix("xyz", "xyx", "yyx", "zyx", "zzx", multiplicities=(3, 2, 2, 1, 4)))
    before = probabilities_of(evidence)
    after = probabilities_of(replace(evidence, duels=(Duel(0, 1, 0.2), Duel(1, 3, 0.6))))
    assert after["a"] < before["a"]
    assert after["b"] > before["b"]
    assert after["a"] + after["b"] + after["d"] == pytest.approx(before["a"] + before["b"] + before["d"])
    assert (after["c"], after["e"]) == pytest.approx((before["c"], before["e"]))


def test_ours_expects_slow_programs_to_be_too_slow() -> None:
    evidence = Evidence(matrix("xy", "yx"))
    slow = replace(evidence.matrix, time_ms=([900, 10], [20, 10]))
    check("ours", Evidence(slow, time_limits_ms=(1000, 1000)), "b", "a")


def test_ours_demotes_a_cluster_that_is_too_slow_on_large_inputs() -> None:
    m = matrix("xy", "xy", "yx", "yx")
    check("ours", Evidence(m, loads={0: 2.0, 2: 0.1}), "cd", "b")
    check("ours", Evidence(m, loads={0: 2.0, 1: 0.1, 2: 0.3}), "b", "cd")


def test_ours_picks_the_programs_of_a_cluster_that_are_in_time() -> None:
    m = matrix("xx", "xx", "xx")
    check("ours", Evidence(m, loads={0: 2.0, 1: 0.5}), "bc")
    check("ours", Evidence(m, loads={0: 2.0, 1: 0.5}, scores={0: 0.9, 1: 0.4, 2: 0.6}), "c")
    check("ours", Evidence(m, loads={0: 2.0, 1: 1.1, 2: 1.2}), "abc")


def test_ours_gives_no_chance_to_what_never_runs() -> None:
    ranking = SELECTORS["ours"].rank(Evidence(matrix("TT", "xy", multiplicities=(100, 1))))
    assert [group.probability == 0 for group in ranking] == [False, True]


@EVERY
def test_no_programs_are_no_groups(name: str) -> None:
    assert SELECTORS[name].rank(Evidence(ExecutionMatrix.of([], [], ["1"], []))) == ()


@EVERY
def test_without_inputs_there_is_still_an_order(name: str) -> None:
    evidence = Evidence(ExecutionMatrix.of("ab", (2, 1), [], [(), ()]))
    assert {row for group in SELECTORS[name].rank(evidence) for row in group.members} <= {0, 1}
    assert len(picks(SELECTORS[name].rank(evidence), 1, random.Random(0))) == 1


@EVERY
@given(evidence=evidences(), seed=st.integers())
def test_the_order_of_the_programs_does_not_matter(name: str, evidence: Evidence, seed: int) -> None:
    rows = list(range(len(evidence.matrix.programs)))
    random.Random(seed).shuffle(rows)
    shuffled = evidence.restricted(rows)
    rank = SELECTORS[name].rank
    assert view(rank(shuffled), shuffled) == view(rank(evidence), evidence)


COUNT_PROGRAMS = ("distinct-size", "b4", "srank")
COUNT_SAMPLES = tuple(name for name in SELECTORS if name not in COUNT_PROGRAMS)


@pytest.mark.parametrize("name", COUNT_PROGRAMS)
@given(evidence=evidences(), data=st.data())
def test_duplicates_do_not_matter_to_those_that_count_programs(
    name: str, evidence: Evidence, data: st.DataObject
) -> None:
    n = len(evidence.matrix.programs)
    multiplicities = tuple(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)))
    often = replace(evidence, matrix=replace(evidence.matrix, multiplicities=multiplicities))
    rank = SELECTORS[name].rank
    assert order(rank(often), often) == order(rank(evidence), evidence)


@pytest.mark.parametrize("name", COUNT_SAMPLES)
@given(evidence=evidences(), factor=st.integers(2, 5))
def test_drawing_everything_twice_changes_no_order(name: str, evidence: Evidence, factor: int) -> None:
    multiplicities = tuple(factor * n for n in evidence.matrix.multiplicities)
    often = replace(
        evidence, matrix=replace(evidence.matrix, multiplicities=multiplicities), written_tests=None, votes=()
    )
    once = replace(evidence, written_tests=None, votes=())
    rank = SELECTORS[name].rank
    assert order(rank(often), often) == order(rank(once), once)


@EVERY
@given(evidence=evidences())
def test_scores_fall_and_no_program_is_in_two_groups(name: str, evidence: Evidence) -> None:
    ranking = SELECTORS[name].rank(evidence)
    scores = [group.score for group in ranking]
    assert scores == sorted(scores, reverse=True)
    rows = [row for group in ranking for row in group.members]
    assert len(rows) == len(set(rows)) > 0
    assert all(n >= 1 for group in ranking for n in group.tickets)


@given(evidence=evidences())
def test_probabilities_of_clusters_and_of_none_sum_to_one(evidence: Evidence) -> None:
    probabilities = [group.probability or 0.0 for group in SELECTORS["ours"].rank(evidence)]
    assert all(0 <= p < 1 for p in probabilities)
    assert sum(probabilities) < 1
    assert probabilities[0] == max(probabilities)


@EVERY
@given(evidence=evidences(), n=st.integers(1, 12), seed=st.integers())
def test_picks_are_never_repeated_and_never_padded(name: str, evidence: Evidence, n: int, seed: int) -> None:
    ranking = SELECTORS[name].rank(evidence)
    rows = [row for _, row in picks(ranking, n, random.Random(seed))]
    assert len(rows) == len(set(rows)) <= n
    assert picks(ranking, n, random.Random(seed)) == picks(ranking, n, random.Random(seed))
    first = picks(ranking, n, random.Random(seed), goes_round=False)
    assert len(first) == min(n, len(ranking))


def test_picks_wrap_round_and_skip_what_is_used_up() -> None:
    ranking = groups((3.0, "ab"), (2.0, "c"))
    assert [row for _, row in picks(ranking, 9, random.Random(0))] in ([0, 2, 1], [1, 2, 0])


def test_every_ticket_is_drawn_once() -> None:
    ranking = (Group(1.0, (0, 1), (2, 1)), Group(0.0, (2,), (1,)))
    assert sorted(row for _, row in draws(ranking, random.Random(0))) == [0, 0, 1, 2]


def test_ties_come_in_random_order_and_nothing_else_does() -> None:
    ranking = groups((2.0, "a"), (1.0, "b"), (1.0, "c"))
    seen = {tuple(row for _, row in picks(ranking, 3, random.Random(seed))) for seed in range(20)}
    assert seen == {(0, 1, 2), (0, 2, 1)}


def probabilities_of(evidence: Evidence) -> dict[str, float]:
    """By program, what ours says of its cluster."""
    ranking = SELECTORS["ours"].rank(evidence)
    return {evidence.matrix.programs[row]: group.probability or 0.0 for group in ranking for row in group.members}


def groups(*of: tuple[float, str]) -> Ranking:
    return tuple(Group(score, rows(names), (1,) * len(names)) for score, names in of)


def rows(names: Sequence[str]) -> tuple[int, ...]:
    return tuple("abcdefgh".index(name) for name in names)


def view(ranking: Ranking, evidence: Evidence) -> list[tuple[float, set[tuple[str, int]]]]:
    """Scores with programs and tickets, which do not name rows."""
    programs = evidence.matrix.programs
    return [
        (group.score, {(programs[row], n) for row, n in zip(group.members, group.tickets, strict=True)})
        for group in ranking
    ]
