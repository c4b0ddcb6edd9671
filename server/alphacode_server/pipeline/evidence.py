"""Evidence: what a search knows of its candidates, as the selectors take it."""

from collections import Counter
from collections.abc import Sequence

from alphacode_sandbox import LANGUAGES
from alphacode_server.candidate import Candidate
from alphacode_server.problem import Problem
from alphacode_server.selection import Cluster, Evidence, ExecutionMatrix, Ranking


def evidence_of(
    candidates: Sequence[Candidate], matrix: ExecutionMatrix, problem: Problem, host_factor: float
) -> Evidence:
    """Before any candidate is scored. Row i of the matrix is candidate i."""
    limit_ms = problem.limits.time_s * 1000 * host_factor
    return Evidence(
        matrix=matrix,
        n_examples=len(problem.examples),
        examples=tuple(candidate.judgement.passed for candidate in candidates),
        time_limits_ms=tuple(round(limit_ms * LANGUAGES[each.program.language].time_factor) for each in candidates),
    )


def clusters_of(ranking: Ranking, clusters: Sequence[Cluster]) -> tuple[Cluster, ...]:
    """The clusters that a selector's groups are from, in its order."""
    cluster_of = {row: each for each in clusters for row in each.members}
    return tuple(dict.fromkeys(cluster_of[group.members[0]] for group in ranking))


def finders(candidates: Sequence[Candidate], clusters: Sequence[Cluster]) -> Counter[str]:
    """How many clusters each model was the first to write a program of. Candidates are in the order they came."""
    return Counter(candidates[min(each.members)].sample.model for each in clusters)
