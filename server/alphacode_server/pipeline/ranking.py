"""Ranking: candidates as they are shown, with the cluster and the score behind each rank."""

import hashlib
from collections.abc import Iterable, Sequence

from alphacode_sandbox import CaseResult
from alphacode_server.candidate import Candidate
from alphacode_server.protocol import ClusterBody, ExampleResult, OriginBody, RankedCandidate


def ranked(
    rank: int,
    candidate: Candidate,
    n_examples: int,
    cluster: ClusterBody | None = None,
    score: float | None = None,
    score_kind: str = "none",
) -> RankedCandidate:
    """One row of the answer. A score of None always has the kind `none`."""
    sample, judgement = candidate.sample, candidate.judgement
    return RankedCandidate(
        rank=rank,
        id=candidate.id,
        sha256=hashlib.sha256(sample.program.code.encode()).hexdigest(),
        language=sample.program.language,
        code=sample.program.code,
        score=score,
        score_kind=score_kind if score is not None else "none",
        cluster=cluster,
        examples=tuple(_example(case) for case in judgement.cases),
        passed=judgement.passed,
        total=n_examples,
        origin=OriginBody(sample.model, sample.temperature, dict(sample.metadata), sample.seed),
        tokens=sample.n_tokens,
    )


def most_promising(candidates: Iterable[Candidate], n: int) -> Sequence[Candidate]:
    """Before anything is clustered: the most examples passed first, then the most often drawn."""
    order = sorted(candidates, key=lambda candidate: (-candidate.judgement.passed, -candidate.multiplicity, candidate.id))
    return order[:n]


def _example(case: CaseResult) -> ExampleResult:
    return ExampleResult(
        index=case.index + 1,
        verdict=case.verdict,
        time_ms=round(case.run.cpu_s * 1000),
        memory_kb=case.run.memory_kb,
        difference=case.difference,
    )
