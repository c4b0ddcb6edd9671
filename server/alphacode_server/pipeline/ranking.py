"""Ranking: candidates as they are shown, with the cluster and the score behind each rank."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alphacode_sandbox import CaseResult
from alphacode_server.candidate import Candidate
from alphacode_server.problem import Problem
from alphacode_server.protocol import ClusterBody, ExampleResult, OriginBody, RankedCandidate
from alphacode_server.selection import Cluster


def ranking(
    picks: Sequence[tuple[Cluster, int]],
    candidates: Sequence[Candidate],
    scores: Mapping[int, float],
    score_kind: str,
    problem: Problem,
) -> tuple[RankedCandidate, ...]:
    """The final answer: a pick a rank. Rows of the picks index `candidates`; a cluster's id is its place by size."""
    n_passing = sum(candidate.multiplicity for candidate in candidates)
    return tuple(
        replace(
            _ranked(rank, candidates[row], problem),
            cluster=ClusterBody(rank, cluster.size, round(cluster.size / n_passing, 4)),
            score=scores.get(row),
            score_kind=score_kind if row in scores else "none",
        )
        for rank, (cluster, row) in enumerate(picks, start=1)
    )


def unclustered(candidates: Sequence[Candidate], problem: Problem) -> tuple[RankedCandidate, ...]:
    """A provisional answer, or one of near misses: ranks without clusters and scores, in the order given."""
    return tuple(_ranked(rank, candidate, problem) for rank, candidate in enumerate(candidates, start=1))


def most_promising(candidates: Iterable[Candidate], n: int) -> Sequence[Candidate]:
    """Before anything is clustered: the most examples passed first, then the most often drawn."""
    order = sorted(
        candidates, key=lambda candidate: (-candidate.judgement.passed, -candidate.multiplicity, candidate.id)
    )
    return order[:n]


def _ranked(rank: int, candidate: Candidate, problem: Problem) -> RankedCandidate:
    sample, judgement = candidate.sample, candidate.judgement
    return RankedCandidate(
        rank=rank,
        id=candidate.id,
        sha256=hashlib.sha256(sample.program.code.encode()).hexdigest(),
        language=sample.program.language,
        code=sample.program.code,
        score=None,
        score_kind="none",
        cluster=None,
        examples=tuple(_example(case) for case in judgement.cases),
        passed=judgement.passed,
        total=len(problem.examples),
        origin=OriginBody(sample.model, sample.temperature, dict(sample.metadata), sample.seed),
        tokens=sample.n_tokens,
    )


def _example(case: CaseResult) -> ExampleResult:
    return ExampleResult(
        index=case.index + 1,
        verdict=case.verdict,
        time_ms=round(case.run.cpu_s * 1000),
        memory_kb=case.run.memory_kb,
        difference=case.difference,
    )
