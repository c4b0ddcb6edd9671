"""Selectors that count: random picks, and AlphaCode's orders of clusters by size."""

from alphacode_server.selection.choice import Group, Ranking, group_of, ranked, samples_of
from alphacode_server.selection.clusters import Cluster, cluster
from alphacode_server.selection.evidence import Evidence


def at_random(evidence: Evidence) -> Ranking:
    """A random sample: what every other selector has to beat. Its rate at k picks is pass@k."""
    rows = tuple(range(len(evidence.matrix.programs)))
    return (Group(0.0, rows, samples_of(rows, evidence)),) if rows else ()


def by_size(evidence: Evidence) -> Ranking:
    """AlphaCode (2022, section 4.6): a random sample of each cluster, largest first, then round again.

    A cluster whose programs end by themselves on no input comes after all others, here and in every order by clusters:
    its paper does not say, as failing programs rarely pass the examples.
    """
    groups = [group_of(each, _after_failures(each, each.size, evidence), evidence) for each in cluster(evidence.matrix)]
    return ranked(groups, evidence)


def by_distinct_size(evidence: Evidence) -> Ranking:
    """AlphaCode's order with every program counted once: a duplicate tells of the sampler, not of the problem."""
    return ranked(
        [
            Group(_after_failures(each, len(each.members), evidence), each.members, (1,) * len(each.members))
            for each in cluster(evidence.matrix)
        ],
        evidence,
    )


def alphacode2(evidence: Evidence) -> Ranking:
    """AlphaCode 2 (2023): the best-scored program of each cluster, largest cluster first, then the next best of each.

    A program without a score loses to every one that has one; between those that have none, the most often drawn is
    best. The report leaves open how the final list is ordered, and what follows when there are fewer clusters than
    submissions; ours is by cluster size, and goes round as AlphaCode did.
    """
    programs, n_samples = evidence.matrix.programs, sum(evidence.matrix.multiplicities)
    groups = []
    for each in cluster(evidence.matrix):
        merits, size = _merits(each, evidence), _after_failures(each, each.size, evidence)
        best_first = sorted(each.members, key=lambda row: (-merits[row][0], -merits[row][1], programs[row]))
        # The scores of a round are within twice the samples, so every round comes after the one before.
        groups += [Group(size - 2 * n_samples * turn, (row,), (1,)) for turn, row in enumerate(best_first)]
    return ranked(groups, evidence)


def best_of(cluster: Cluster, evidence: Evidence) -> tuple[int, ...]:
    """The best-scored members, or the most often drawn ones where none has a score."""
    merits = _merits(cluster, evidence)
    best = max(merits.values())
    return tuple(row for row in cluster.members if merits[row] == best)


def _merits(cluster: Cluster, evidence: Evidence) -> dict[int, tuple[float, int]]:
    """Of every member: its score, or -1 without one, and how often it was drawn."""
    scores, multiplicities = evidence.scores, evidence.matrix.multiplicities
    return {row: (scores.get(row, -1.0), multiplicities[row]) for row in cluster.members}


def _after_failures(cluster: Cluster, size: int, evidence: Evidence) -> float:
    """The size, below that of every other cluster where these programs never end by themselves."""
    fails = bool(evidence.matrix.inputs) and cluster.n_ran == 0
    return float(size - sum(evidence.matrix.multiplicities)) if fails else float(size)
