"""AlphaCode 2's choice (2023): the best-scored program of each of the largest clusters, largest cluster first."""

from collections.abc import Mapping, Sequence

from alphacode_server.selection.clusters import Cluster


def pick(clusters: Sequence[Cluster], scores: Mapping[int, float], n: int) -> tuple[tuple[Cluster, int], ...]:
    """At most `n` picks, one a cluster and never padded: (cluster, row of the matrix), in rank order.

    `scores` maps rows to 0..1; a row without a score loses to every row that has one. Ties go to the program that
    was drawn more often, which is the order of `Cluster.members`. The report leaves the order of the final list
    open; ours is by cluster size.
    """
    return tuple((cluster, max(cluster.members, key=lambda row: scores.get(row, -1.0))) for cluster in clusters[:n])
