"""Selectors by agreement: a right program shares many outputs with programs that are only nearly right."""

from collections import Counter
from collections.abc import Sequence

from alphacode_server.selection.choice import Ranking, group_of, ranked
from alphacode_server.selection.clusters import Cluster, cluster
from alphacode_server.selection.evidence import Evidence
from alphacode_server.selection.matrix import ExecutionMatrix
from alphacode_server.selection.sizes import by_size


def mbr(evidence: Evidence) -> Ranking:
    """MBR-Exec (Shi et al. 2022, arXiv 2204.11454) with its soft loss, the share of inputs on which outputs differ.

    The best program is the one with the least loss against all samples, duplicates counted.
    """
    clusters = cluster(evidence.matrix)
    gains = agreement(evidence.matrix, clusters, [each.size for each in clusters])
    return ranked([group_of(each, gain, evidence) for each, gain in zip(clusters, gains, strict=True)], evidence)


def mbr_hard(evidence: Evidence) -> Ranking:
    """MBR-Exec with its hard loss: a sample counts against all that differ from it on any input.

    So the largest cluster wins, as in AlphaCode's order, which was arrived at in another way.
    """
    return by_size(evidence)


def srank(evidence: Evidence) -> Ranking:
    """SRank (To et al. 2024, arXiv 2311.03366): R = I V over clusters.

    I is the share of inputs on which two clusters both run and agree, 1 on the diagonal. V is the number of distinct
    programs, times the share of the generated expected outputs that a cluster meets where there are any. As in its
    published code, clusters that never run or that print the same for every input are rejected: they come last.
    """
    matrix = evidence.matrix
    clusters = cluster(matrix)
    met = votes_met(evidence, clusters) if evidence.votes else [1.0] * len(clusters)
    is_kept = [each.n_ran > 0 and (len(matrix.inputs) == 1 or n_answers(matrix, each) > 1) for each in clusters]
    kept = [each for each, keep in zip(clusters, is_kept, strict=True) if keep]
    worths = [len(each.members) * votes for each, votes, keep in zip(clusters, met, is_kept, strict=True) if keep]
    diagonals = [1 - each.n_ran / len(matrix.inputs) for each in kept]
    shared = agreement(matrix, kept, worths)
    scores = [share + lacking * worth for share, lacking, worth in zip(shared, diagonals, worths, strict=True)]
    rejected = [group_of(each, -1.0, evidence) for each, keep in zip(clusters, is_kept, strict=True) if not keep]
    groups = [group_of(each, score, evidence) for each, score in zip(kept, scores, strict=True)]
    return ranked([*groups, *rejected], evidence)


def agreement(matrix: ExecutionMatrix, clusters: Sequence[Cluster], weights: Sequence[float]) -> list[float]:
    """Per cluster, the weight of all clusters, each times the share of inputs on which both run and agree.

    Its own is among them. Linear in the number of clusters, as outputs are tallied input by input. A matrix without
    inputs has one cluster, which agrees with itself.
    """
    if not matrix.inputs:
        return list(weights)
    ran = [behaviour is not None and behaviour.ran for behaviour in matrix.behaviours]
    tallies: list[Counter[int]] = [Counter() for _ in matrix.inputs]
    for each, weight in zip(clusters, weights, strict=True):
        for tally, cell in zip(tallies, matrix.cells[each.row], strict=True):
            if ran[cell]:
                tally[cell] += weight  # type: ignore[assignment]  # A counter of weights.
    totals = (
        sum(tally[cell] for tally, cell in zip(tallies, matrix.cells[each.row], strict=True) if ran[cell])
        for each in clusters
    )
    return [total / len(matrix.inputs) for total in totals]


def votes_met(evidence: Evidence, clusters: Sequence[Cluster]) -> list[float]:
    """Per cluster, the votes for what it prints."""
    matrix = evidence.matrix
    hashes = [behaviour.output_hash if behaviour else "" for behaviour in matrix.behaviours]
    return [
        sum(votes.get(hashes[cell], 0) for votes, cell in zip(evidence.votes, matrix.cells[each.row], strict=True))
        for each in clusters
    ]


def n_answers(matrix: ExecutionMatrix, cluster: Cluster) -> int:
    """How many different outputs a cluster has on all inputs."""
    behaviours = (matrix.behaviours[cell] for cell in set(matrix.cells[cluster.row]))
    return sum(behaviour is not None and behaviour.ran for behaviour in behaviours)
