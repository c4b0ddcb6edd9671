"""Ranking: candidates as they are shown, with the cluster and the score behind each rank."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from alphacode_sandbox import CaseResult
from alphacode_server.candidate import Candidate
from alphacode_server.problem import Problem
from alphacode_server.protocol import ClusterBody, ExampleResult, OriginBody, RankedCandidate
from alphacode_server.selection import Cluster, Group

PROBABILITY = "probability"
"""The score kind of a selector that tells how likely a program is right."""


def ranking(
    picks: Sequence[tuple[Group, int]],
    candidates: Sequence[Candidate],
    clusters: Sequence[Cluster],
    scores: Mapping[int, float],
    score_kind: str,
    problem: Problem,
) -> tuple[RankedCandidate, ...]:
    """The final answer: a pick a rank. Rows of the picks index `candidates`; a cluster's id is its place by size.

    A program's score is the probability its selector gives it, else the scorer's estimate.
    """
    n_passing = sum(candidate.multiplicity for candidate in candidates)
    places = {row: place for place, cluster in enumerate(clusters) for row in cluster.members}

    def scored(rank: int, group: Group, row: int) -> RankedCandidate:
        size = clusters[places[row]].size
        is_told = group.probability is not None
        return replace(
            _ranked(rank, candidates[row], problem),
            cluster=ClusterBody(places[row] + 1, size, round(size / n_passing, 4)),
            score=group.probability if is_told else scores.get(row),
            score_kind=PROBABILITY if is_told else score_kind if row in scores else "none",
        )

    return tuple(scored(rank, group, row) for rank, (group, row) in enumerate(picks, start=1))


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
        thoughts=sample.thoughts,
    )


def _example(case: CaseResult) -> ExampleResult:
    return ExampleResult(
        index=case.index + 1,
        verdict=case.verdict,
        time_ms=round(case.run.cpu_s * 1000),
        memory_kb=case.run.memory_kb,
        difference=case.difference,
    )
