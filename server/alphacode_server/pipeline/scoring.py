"""Scoring: an estimate in 0..1 of how likely a program is right."""

import math
from collections.abc import Sequence
from typing import Protocol

from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.witness import Witness
from alphacode_server.prompts import JUDGE_LABELS, judge_prompt
from alphacode_server.samplers import LanguageModel, Sampler, SamplerError
from alphacode_server.selection import Cluster

PER_CLUSTER = 8
"""Distinct programs of a cluster that are scored at most; ours, as AlphaCode 2 does not say."""
SAMPLES_PER_SCORE = 4


class Scorer(Protocol):
    """Scores programs; numbers of different kinds are not comparable."""

    @property
    def kind(self) -> str:
        """Names the scorer in every result."""

    def budget(self, n_sampled: int) -> int:
        """How many programs may be scored after that many samples."""

    async def score(self, row: int, witness: Witness) -> float | None:
        """0..1 for a program of the witness's, or None where this scorer cannot tell."""


class ZeroShotScorer:
    """The policy model's own probability of "yes" when asked whether a program, which prints this, solves the problem.

    AlphaCode 2 fine-tuned a second model for this and published neither its data nor its loss; the zero-shot question
    is our choice, and that it sees what the program prints is LEVER's (Ni et al. 2023).
    """

    kind = "zero-shot"

    def __init__(self, language_model: LanguageModel) -> None:
        self._language_model = language_model

    def budget(self, n_sampled: int) -> int:
        """On a small machine a score costs as much as a sample."""
        return n_sampled // SAMPLES_PER_SCORE

    async def score(self, row: int, witness: Witness) -> float | None:
        """One forward pass; the statement comes first, so an engine's prefix cache holds it."""
        program, runs = witness.candidates[row].program, await witness.telling_runs(row)
        prompt = judge_prompt(witness.problem, program, runs)
        probabilities = await self._language_model.label_probabilities(prompt, JUDGE_LABELS)
        return probabilities[JUDGE_LABELS[0]]


class LikelihoodScorer:
    """The geometric mean of a program's token probabilities under the policy that wrote it, as it was recorded."""

    kind = "likelihood"

    def budget(self, n_sampled: int) -> int:
        """All of them: nothing is computed."""
        return n_sampled

    async def score(self, row: int, witness: Witness) -> float | None:
        """None for a sample without a recorded log-probability."""
        logprob = witness.candidates[row].sample.mean_logprob
        return None if logprob is None else math.exp(min(logprob, 0.0))


def scorer_for(sampler: Sampler) -> Scorer:
    """The scorer a sampler allows: recordings have no model to ask."""
    return ZeroShotScorer(sampler.language_model) if sampler.language_model else LikelihoodScorer()


def scoring_order(clusters: Sequence[Cluster], budget: int) -> list[int]:
    """Rows to score: the first member of every cluster, whatever the budget, then the second of each, and so on."""
    rows = [c.members[depth] for depth in range(PER_CLUSTER) for c in clusters if depth < len(c.members)]
    return rows[: max(len(clusters), budget)]


async def score(
    rows: Sequence[int], scorer: Scorer, witness: Witness, clock: Clock, report: Report
) -> dict[int, float]:
    """Scores by row, in the order of `rows` until time runs out. A row that could not be scored is absent."""
    scores: dict[int, float] = {}
    for n_scored, row in enumerate(rows):
        report.phase("score", n_scored, len(rows))
        if clock.is_over:
            break
        try:
            value = await scorer.score(row, witness)
        except SamplerError as error:
            report.warn("sampler", f"the remaining candidates have no score: {error}")
            break
        if value is not None:
            scores[row] = value
    report.phase("score", len(rows), len(rows))
    return scores
