"""The bound: which cluster is best, from the hidden tests."""

from alphacode_server.selection import Evidence, Ranking, cluster
from alphacode_server.selection.choice import group_of, ranked

ORACLE = "oracle"


def oracle(evidence: Evidence, is_right: tuple[bool, ...]) -> Ranking:
    """A random sample of the cluster with the greatest share of right samples, then of the next.

    No selector between clusters can do better at one pick.
    """
    multiplicities = evidence.matrix.multiplicities
    groups = [
        group_of(each, sum(multiplicities[row] for row in each.members if is_right[row]) / each.size, evidence)
        for each in cluster(evidence.matrix)
    ]
    return ranked(groups, evidence)
