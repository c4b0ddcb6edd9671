"""Selectors by dual agreement: between programs and the tests that a model wrote for them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.selection.choice import Group, Ranking, ranked, samples_of
from alphacode_server.selection.clusters import most_drawn_first
from alphacode_server.selection.evidence import Evidence


@dataclass(frozen=True, slots=True)
class ConsensusSet:
    """Programs that pass exactly the same tests."""

    members: tuple[int, ...]
    """Rows of the matrix."""
    passes: int
    """The tests they pass, as in `GeneratedTests`."""


def codet(evidence: Evidence) -> Ranking:
    """CodeT (Chen et al. 2022, arXiv 2207.10397): consensus sets by sqrt(samples) x tests, duplicates counted.

    Sets that pass no test are left out while there is another.
    """
    counts = evidence.tests().counts
    groups = []
    for each in consensus_sets(evidence):
        tickets = samples_of(each.members, evidence)
        n_tests = sum(counts[test] for test in bits_of(each.passes))
        groups.append(Group(math.sqrt(sum(tickets) * n_tests * n_tests), each.members, tickets))
    return ranked([group for group in groups if group.score > 0] or groups, evidence)


def b4(evidence: Evidence) -> Ranking:
    """B4 (Chen et al. 2024, arXiv 2409.08692): consensus sets by their posterior, programs and tests counted once."""
    sets = consensus_sets(evidence)
    sizes = [len(each.members) for each in sets]
    scores = log_posteriors([each.passes for each in sets], sizes, [1] * len(evidence.tests().counts))
    groups = [Group(score, each.members, (1,) * len(each.members)) for each, score in zip(sets, scores, strict=True)]
    return ranked(groups, evidence)


BETA_0 = 1e5
"""How rarely wrong programs pass wrong tests by chance: the middle of the three values that B4's authors publish."""
ALPHA_XY = 1e3
"""How common right programs and right tests are, as its authors publish it."""


def log_posteriors(passes: Sequence[int], sizes: Sequence[float], counts: Sequence[float]) -> list[float]:
    """Per consensus set, the logarithm of B4's posterior that its programs and the tests they pass are right.

    Four Beta functions: wrong programs on right tests, wrong programs on wrong tests, the share of right programs and
    the share of right tests. `sizes` and `counts` weigh programs and tests.
    """
    n_programs, n_tests = sum(sizes), sum(counts)
    popularity = [0.0] * len(counts)
    for mask, size in zip(passes, sizes, strict=True):
        for test in bits_of(mask):
            popularity[test] += size
    n_passes = sum(count * popular for count, popular in zip(counts, popularity, strict=True))

    def log_posterior(mask: int, size: float) -> float:
        right = bits_of(mask)
        n_right = sum(counts[test] for test in right)
        on_right = sum(counts[test] * popularity[test] for test in right)
        by_wrong_on_right = on_right - size * n_right
        by_wrong_on_wrong = n_passes - on_right
        n_wrong = n_programs - size
        return (
            _log_beta(by_wrong_on_right + 1, n_wrong * n_right - by_wrong_on_right + 1)
            + _log_beta(by_wrong_on_wrong + 1, n_wrong * (n_tests - n_right) - by_wrong_on_wrong + BETA_0)
            + _log_beta(size + ALPHA_XY, n_wrong + 1)
            + _log_beta(n_right + ALPHA_XY, n_tests - n_right + 1)
        )

    return [log_posterior(mask, size) for mask, size in zip(passes, sizes, strict=True)]


def consensus_sets(evidence: Evidence) -> list[ConsensusSet]:
    """Every program is in one of them."""
    rows_by_passes: dict[int, list[int]] = {}
    for row, mask in enumerate(evidence.tests().passes):
        rows_by_passes.setdefault(mask, []).append(row)
    return [ConsensusSet(most_drawn_first(rows, evidence.matrix), mask) for mask, rows in rows_by_passes.items()]


def bits_of(mask: int) -> list[int]:
    """The bits that are set, lowest first."""
    return [place for place, bit in enumerate(reversed(f"{mask:b}")) if bit == "1"]


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
