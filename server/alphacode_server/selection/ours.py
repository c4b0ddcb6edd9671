"""Our selector: what is known about a cluster, combined into the probability that its programs are right.

A cluster's log-odds are a weighted sum of its features, and the probabilities of all clusters and of "none of them" sum
to one: a conditional logit. The weights of what recorded pools can tell were fitted; see `WEIGHTS`.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import eq

from alphacode_server.selection.agreement import agreement
from alphacode_server.selection.bradley_terry import log_strengths
from alphacode_server.selection.choice import Group, Ranking, ranked, samples_of
from alphacode_server.selection.clusters import Cluster, cluster
from alphacode_server.selection.consensus import log_posteriors
from alphacode_server.selection.evidence import Duel, Evidence
from alphacode_server.selection.matrix import ExecutionMatrix
from alphacode_server.selection.scores import calibrated
from alphacode_server.selection.sizes import best_of


@dataclass(frozen=True, slots=True)
class Features:
    """What is known about one cluster of a pool."""

    agreement: float
    """Log of the share of the distinct programs that it agrees with, on average over inputs, as SRank has it: its own
    programs, and others where both run and print the same."""
    tests: float
    """How far the posterior of B4 puts it behind the best, from generated tests: 0 for the best, else negative."""

    def as_tuple(self) -> tuple[float, ...]:
        """In the order of the weights."""
        return (self.agreement, self.tests)


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the features, in their order, and of the alternative that none is right."""

    features: tuple[float, ...]
    bias: float


WEIGHTS = Weights(features=(0.73, 0.55), bias=0.53)
"""Fitted by `benchmarks/selection_fit.py` to 82 HumanEval tasks with 100 samples of CodeGen-16B each, which CodeT's
authors released, with a ridge of 0.003. Weights fitted without a task solve 44.9 % of such tasks at one pick. These two
features are all that earns its keep: beside them size, duplicates, crashes, constant answers, length of the code, votes
by input and thirty more won at most one of those tasks. No program was filtered by examples first, so probabilities of
programs that were are less well founded."""

SCORER_WEIGHT = 1.0
"""A scorer's estimate multiplies the odds, as in LEVER (Ni et al. 2023). Not fitted: no recorded pool has one."""
SLOWNESS_WEIGHT = -2.0
"""Of the share of the time limit that the fastest program of a cluster needs; not fitted either: inputs that are
generated to tell programs apart are small, so what needs a good part of the limit there is lost on large ones."""
FAST = 0.1
"""A share of the limit that is as good as none, so that the noise of a clock never orders programs that are alike."""

DUEL_WEIGHT = 1.0
"""Of a cluster's log-strength by Bradley and Terry among those it has duelled with; not fitted either. At 1 a duel is
as good as the probability that its judge gives, less what the prior takes for a single one."""

FLOOR = 0.01
"""Added to shares before their logarithm is taken."""
GAP = 10.0
"""Nats of B4's posterior that are as good as nothing. It takes every pass for independent, which makes it far too sure
of itself; beyond this its gap counts by its logarithm only."""
N_TURNS = 10
"""Picks that suppose that those before them are wrong: as many as a search answers with."""


def ours(evidence: Evidence) -> Ranking:
    """Clusters by their odds when it is their turn, with the probability that they are right.

    Of each the best-scored program, or a random sample where none has a score. Programs known to be too slow are the
    last choice.
    """
    clusters = cluster(evidence.matrix)
    known, liking = features(evidence, clusters), _liking(calibrated(evidence), clusters)
    odds = [
        log_odds_of(values) + SCORER_WEIGHT * liked + SLOWNESS_WEIGHT * _slowness(evidence, each)
        if values
        else -math.inf
        for each, values, liked in zip(clusters, known, liking, strict=True)
    ]
    odds = _after_duels(odds, evidence.duels, clusters)
    by_tests = [WEIGHTS.features[1] * values.tests if values else 0.0 for values in known]
    groups = []
    turns = zip(clusters, _by_turns(odds, by_tests, evidence.matrix, clusters), probabilities(odds), strict=True)
    for each, log_odds, probability in turns:
        in_time = replace(each, members=_in_time(each, evidence))
        is_scored = any(row in evidence.scores for row in in_time.members)
        members = best_of(in_time, evidence) if is_scored else in_time.members
        groups.append(Group(log_odds, members, samples_of(members, evidence), probability=probability))
    return ranked(groups, evidence)


def features(evidence: Evidence, clusters: Sequence[Cluster]) -> list[Features | None]:
    """Per cluster; None for one that ends by itself on no input, which is never right."""
    matrix, gaps = evidence.matrix, _test_gaps(evidence, clusters)
    agreements = agreement(matrix, clusters, [len(each.members) for each in clusters])
    return [
        Features(agreement=math.log(agreed / len(matrix.programs) + FLOOR), tests=-math.log1p(gap / GAP))
        if each.n_ran or not matrix.inputs
        else None
        for each, agreed, gap in zip(clusters, agreements, gaps, strict=True)
    ]


def probabilities(odds: Sequence[float]) -> list[float]:
    """Of every cluster, from its log-odds against the alternative that none is right."""
    highest = max(0.0, *odds) if odds else 0.0
    shares = [math.exp(value - highest) for value in odds]
    total = math.fsum(shares) + math.exp(-highest)
    return [share / total for share in shares]


def log_odds_of(values: Features, weights: Weights = WEIGHTS) -> float:
    """Of the fitted features alone."""
    return weights.bias + sum(w * value for w, value in zip(weights.features, values.as_tuple(), strict=True))


def _by_turns(
    odds: Sequence[float], by_tests: Sequence[float], matrix: ExecutionMatrix, clusters: Sequence[Cluster]
) -> list[float]:
    """Odds as they are when a cluster is next: as if all clusters before it were wrong.

    Wrong programs corroborate nothing, so what agrees with the clusters before falls behind; and generated tests by
    which a wrong cluster was the first, `by_tests` being their part of the odds, are not believed any more. Odds fall
    from turn to turn; those without a turn come after the last.
    """
    agreements = agreement(matrix, clusters, [len(each.members) for each in clusters])
    ran = [behaviour is not None and behaviour.ran for behaviour in matrix.behaviours]

    def by_agreement(place: int) -> float:
        return WEIGHTS.features[0] * math.log(agreements[place] / len(matrix.programs) + FLOOR)

    rest = [value - by_agreement(place) - by_tests[place] for place, value in enumerate(odds)]
    turned, left = list(odds), [place for place, value in enumerate(odds) if value > -math.inf]
    ceiling, level = math.inf, set[int]()
    for _ in range(min(N_TURNS, len(left))):
        first = max(left, key=lambda place: (turned[place], -place))
        left.remove(first)
        # Only those that were level when the one before had its turn may stay level with it.
        highest = ceiling if first in level else math.nextafter(ceiling, -math.inf)
        level = {place for place in left if turned[place] == turned[first]}
        turned[first] = ceiling = min(turned[first], highest)
        wrong = [cell if ran[cell] else None for cell in matrix.cells[clusters[first].row]]
        weight = len(clusters[first].members) / max(1, len(wrong))
        for place in left:
            agreements[place] -= weight * sum(map(eq, wrong, matrix.cells[clusters[place].row]))
            turned[place] = rest[place] + by_agreement(place)
    excess = max([0.0, *(turned[place] - math.nextafter(ceiling, -math.inf) for place in left)])
    for place in left:
        turned[place] -= excess
    return turned


def _after_duels(odds: Sequence[float], duels: Sequence[Duel], clusters: Sequence[Cluster]) -> list[float]:
    """Duels move odds between the clusters that fought. Of the others they say nothing, so these keep theirs."""
    place_of = {row: place for place, each in enumerate(clusters) for row in each.members}
    strengths = log_strengths([Duel(place_of[duel.first], place_of[duel.second], duel.won) for duel in duels])
    highest = max((odds[place] for place in strengths), default=-math.inf)
    if highest == -math.inf:
        return list(odds)
    shares = {place: math.exp(odds[place] - highest) for place in strengths}
    factors = {place: math.exp(DUEL_WEIGHT * strength) for place, strength in strengths.items()}
    mean = math.fsum(share * factors[place] for place, share in shares.items()) / math.fsum(shares.values())
    return [value + math.log(factors.get(place, mean) / mean) for place, value in enumerate(odds)]


def _test_gaps(evidence: Evidence, clusters: Sequence[Cluster]) -> list[float]:
    """Nats between B4's posterior of the best consensus set and that of a cluster's, samples and tests counted."""
    tests, multiplicities = evidence.tests(), evidence.matrix.multiplicities
    if not tests.counts:
        return [0.0] * len(clusters)
    sizes: dict[int, int] = {}
    for mask, n in zip(tests.passes, multiplicities, strict=True):
        sizes[mask] = sizes.get(mask, 0) + n
    scores = log_posteriors(list(sizes), list(sizes.values()), tests.counts)
    by_passes = dict(zip(sizes, scores, strict=True))
    own = [by_passes[tests.passes[each.row]] for each in clusters]
    best = max(own, default=0.0)
    return [best - score for score in own]


def _liking(scores: Mapping[int, float], clusters: Sequence[Cluster]) -> list[float]:
    """Log of a cluster's mean score beside that of all scored programs: a scorer that likes all alike moves nothing."""

    def mean(values: Collection[float]) -> float:
        return math.fsum(values) / len(values) + FLOOR

    everywhere = mean(scores.values()) if scores else 1.0
    own = ([scores[row] for row in each.members if row in scores] for each in clusters)
    return [math.log(mean(values) / everywhere) if values else 0.0 for values in own]


def _in_time(each: Cluster, evidence: Evidence) -> tuple[int, ...]:
    """The members that were not too slow on large inputs, or all where every one was."""
    return tuple(row for row in each.members if evidence.loads.get(row, 0.0) <= 1) or each.members


def _slowness(evidence: Evidence, each: Cluster) -> float:
    """Of the programs that were run on large inputs where there are any: on small ones even the slow are fast."""
    limits, times = evidence.time_limits_ms, evidence.matrix.time_ms
    measured = [evidence.loads[row] for row in each.members if row in evidence.loads]
    if not measured and limits and times and evidence.matrix.inputs:
        measured = [max(times[row]) / limits[row] for row in each.members]
    return min(1.0, max(0.0, min(measured) - FAST)) if measured else 0.0
