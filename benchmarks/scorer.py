"""Whether the zero-shot scorer tells right programs from wrong ones, with and without seeing what they print.

    .venv/bin/python benchmarks/scorer.py SAMPLES.jsonl PROBLEM --out DIR [--model NAME|FILE] [--scores N]

SAMPLES is what `alphacode solve --record` wrote of a problem, and PROBLEM its folder with hidden tests. The search is
replayed without a model. Then the model scores what passes the examples, at first without runs and then with them, and
judges every pair of the best clusters. DIR gets a recording of each: `blind/NAME.jsonl.gz` and `runs/NAME.jsonl.gz`,
the second with duels. For several problems, `alphacode eval scores DIR/runs` tells what the scores are worth, and
`alphacode eval pool DIR/runs` what comes of scores and duels.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from statistics import mean

from alphacode_sandbox import Judge, Verdict, open_judge
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.evaluation import Task
from alphacode_server.evaluation.datasets import Entry, read_dataset
from alphacode_server.evaluation.scorers import worths
from alphacode_server.pipeline import SolveOptions, solve
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.duels import N_DUELLISTS, duels
from alphacode_server.pipeline.evidence import clusters_of
from alphacode_server.pipeline.pool import program_id
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.scoring import ZeroShotScorer, score, scoring_order
from alphacode_server.pipeline.witness import Witness
from alphacode_server.prompts import JUDGE_LABELS, judge_prompt
from alphacode_server.samplers import LanguageModel, open_sampler
from alphacode_server.selection import DEFAULT_SELECTOR, SELECTORS, Evidence, Recording, cluster, write_recording

N_SAMPLES = 100_000
"""More than a recording has."""


class BlindScorer(ZeroShotScorer):
    """Reads the program and sees no runs."""

    def __init__(self, model: LanguageModel) -> None:
        super().__init__(model)
        self._model = model

    async def score(self, row: int, witness: Witness) -> float | None:
        prompt = judge_prompt(witness.problem, witness.candidates[row].program)
        return (await self._model.label_probabilities(prompt, JUDGE_LABELS))[JUDGE_LABELS[0]]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", type=Path)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model")
    parser.add_argument("--scores", type=int, default=40, help="programs to score at most, default: %(default)s")
    args = parser.parse_args()
    entry = next(read_dataset(args.problem))
    async with open_judge() as judge:
        evidence, candidates = await replayed(args.samples, entry, judge)
        is_right = tuple([await passes(candidate, entry, judge) for candidate in candidates])
        sampler = await open_sampler("llama_cpp", model=args.model)
        assert sampler.language_model
        try:
            async for name, found in judged(entry, evidence, candidates, judge, sampler.language_model, args.scores):
                show(name, found, is_right)
                file = args.out / name / f"{args.samples.stem}.jsonl.gz"
                file.parent.mkdir(parents=True, exist_ok=True)
                write_recording(Recording(entry.problem.title, found, is_right), file)
        finally:
            await sampler.aclose()


async def replayed(samples: Path, entry: Entry, judge: Judge) -> tuple[Evidence, Sequence[Candidate]]:
    """What the search knows before it asks a model, and the programs of its matrix."""
    drawn: dict[str, Sample] = {}
    recorded: list[Recording] = []
    options, sampler = SolveOptions(n_samples=N_SAMPLES, early_stop=False), await open_sampler(f"replay:{samples}")

    def on_sample(sample: Sample) -> None:
        drawn.setdefault(program_id(sample), sample)

    search = solve(entry.problem, options, sampler, judge, on_sample, recorded.append)
    async with aclosing(search):
        async for _ in search:
            pass
    if not recorded:
        sys.exit(f"{entry.name}: no program passes the examples")
    evidence = replace(recorded[0].evidence, scores={}, scorer="")

    async def candidate(name: str) -> Candidate:
        problem, sample = entry.problem, drawn[name]
        judgement = await judge.test(sample.program, problem.examples, problem.limits, problem.checker)
        return Candidate(name, sample, judgement)

    return evidence, [await candidate(name) for name in evidence.matrix.programs]


async def passes(candidate: Candidate, entry: Entry, judge: Judge) -> bool:
    judgement = await judge.test(
        candidate.program, entry.cases, entry.limits, entry.checker, stop_at_first_failure=True
    )
    return judgement.verdict is Verdict.AC


async def judged(
    entry: Entry, evidence: Evidence, candidates: Sequence[Candidate], judge: Judge, model: LanguageModel, n_scores: int
) -> AsyncGenerator[tuple[str, Evidence], None]:
    """The evidence with blind scores, then with those of a scorer who sees runs, and with duels."""
    clusters, report, clock = cluster(evidence.matrix), Report(lambda _: None), Clock(None)
    witness = Witness(entry.problem, candidates, evidence.matrix, clusters, judge)
    rows = scoring_order(clusters, n_scores)
    blind, scorer = BlindScorer(model), ZeroShotScorer(model)
    print(f"{entry.name}: {len(candidates)} programs in {len(clusters)} clusters pass the examples", flush=True)
    yield "blind", replace(evidence, scores=await score(rows, blind, witness, clock, report), scorer=blind.kind)
    scored = replace(evidence, scores=await score(rows, scorer, witness, clock, report), scorer=scorer.kind)
    duellists = clusters_of(SELECTORS[DEFAULT_SELECTOR].rank(scored)[:N_DUELLISTS], clusters)
    yield "runs", replace(scored, duels=await duels(duellists, witness, model, clock, report))


def show(name: str, evidence: Evidence, is_right: tuple[bool, ...]) -> None:
    def mean_of(truth: bool) -> float:
        scores = [score for row, score in evidence.scores.items() if is_right[row] is truth]
        return mean(scores) if scores else math.nan

    programs, clusters = worths([Task("", evidence, is_right)])
    print(
        f"{name:6} {programs.n} programs, {programs.n_right} right; mean score of the right {mean_of(True):.3f}, of "
        f"the wrong {mean_of(False):.3f}; AUC of programs {programs.auc}, of clusters {clusters.auc}",
        flush=True,
    )
    for duel in evidence.duels:
        words = ("right" if is_right[row] else "wrong" for row in (duel.first, duel.second))
        print(f"       a duel of {' against '.join(words)}: {duel.won:.3f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
