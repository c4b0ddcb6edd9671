"""What scores are worth, on pools small enough to count by hand."""

import pytest

from alphacode_server.evaluation import PoolError, Task
from alphacode_server.evaluation.scorers import worths
from alphacode_server.selection import Evidence
from tests.selection.pools import matrix


def task(rows: str, scores: dict[int, float], right: str, scorer: str = "zero-shot") -> Task:
    """A letter a program, and so a cluster; `right` has the letters that are."""
    return Task("", Evidence(matrix(*rows), scores=scores, scorer=scorer), tuple(row in right for row in rows))


def test_ranks_are_counted_over_all_pairs_and_within_tasks() -> None:
    # In each task the right program is first; the second task's right one is below the first task's wrong one.
    tasks = [task("xy", {0: 0.9, 1: 0.8}, "x"), task("xy", {0: 0.2, 1: 0.1}, "x")]
    programs, clusters = worths(tasks)
    assert (programs.of, clusters.of) == ("programs", "clusters")
    assert (programs.n, programs.n_right, programs.n_tasks) == (4, 2, 2)
    assert (programs.auc, programs.auc_within) == (0.75, 1.0)
    assert programs.raw.brier == pytest.approx((0.01 + 0.64 + 0.64 + 0.01) / 4)


def test_a_tie_is_half_a_win_and_without_a_pair_there_is_no_rank() -> None:
    assert worths([task("xy", {0: 0.5, 1: 0.5}, "x")])[0].auc == 0.5
    alone = worths([task("xy", {0: 0.5, 1: 0.5}, "xy")])[0]
    assert (alone.auc, alone.auc_within, alone.calibrated, alone.base_rate) == (None, None, None, None)


def test_a_cluster_claims_the_mean_score_of_its_programs() -> None:
    tasks = [task("xxy", {0: 0.9, 1: 0.5}, "x"), task("xy", {1: 0.4}, "y")]
    clusters = worths(tasks)[1]
    assert (clusters.n, clusters.n_right) == (2, 2)
    assert clusters.raw.brier == pytest.approx((0.3**2 + 0.6**2) / 2)


def test_a_task_is_calibrated_by_the_others() -> None:
    # The others are wrong whatever the score, so that is what is expected of the one that is right.
    tasks = [task("xy", {0: 0.9, 1: 0.9}, ""), task("xy", {0: 0.9, 1: 0.9}, ""), task("xy", {0: 0.9, 1: 0.9}, "xy")]
    programs = worths(tasks)[0]
    assert programs.calibrated is not None
    assert programs.calibrated.bins[0].observed == 1
    assert programs.calibrated.bins[0].claimed < 0.2
    assert programs.base_rate is not None
    assert programs.base_rate.brier == pytest.approx((1 + 0.25 + 0.25) / 3)


def test_kinds_of_scorers_are_not_mixed() -> None:
    found = worths([task("x", {0: 0.9}, "x"), task("x", {0: 0.1}, "x", scorer="likelihood"), task("x", {}, "x")])
    assert [(worth.scorer, worth.n_tasks) for worth in found if worth.of == "programs"] == [
        ("likelihood", 1),
        ("zero-shot", 1),
    ]


def test_a_pool_without_scores_says_so() -> None:
    with pytest.raises(PoolError, match="no program of this pool has a score"):
        worths([task("x", {}, "x")])
