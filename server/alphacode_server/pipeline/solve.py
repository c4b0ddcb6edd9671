"""AlphaCode 2's search (2023), a line a stage: sample and filter, write inputs, execute, cluster, score, select."""

import random
from asyncio import to_thread
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from functools import partial

from alphacode_sandbox import Judge
from alphacode_server.candidate import Sample
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.evidence import clusters_of, evidence_of
from alphacode_server.pipeline.execution import Experiment, execute
from alphacode_server.pipeline.filtering import near_misses, sample_and_filter
from alphacode_server.pipeline.inputs import generate_inputs
from alphacode_server.pipeline.languages import runnable
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.ranking import ranking, unclustered
from alphacode_server.pipeline.report import Report, events_of
from alphacode_server.pipeline.sampling import sample
from alphacode_server.pipeline.scoring import score, scorer_for, scoring_order
from alphacode_server.problem import Problem
from alphacode_server.protocol import SolveEvent, SolveResult
from alphacode_server.samplers import Sampler
from alphacode_server.selection import SELECTORS, Recording, cluster, picks

MAX_CLUSTERED = 8192
"""Programs that are clustered at most (AlphaCode 2022, appendix C.4)."""


def solve(
    problem: Problem,
    options: SolveOptions,
    sampler: Sampler,
    judge: Judge,
    on_sample: Callable[[Sample], None] | None = None,
    on_recording: Callable[[Recording], None] | None = None,
) -> AsyncGenerator[SolveEvent, None]:
    """Yield progress and provisional candidates while the search runs; the last event is `JobCompleted`.

    `on_sample` sees every sample as it is drawn, `on_recording` what the selector saw, once it has chosen. Closing the
    iterator aborts the sampler and kills the running programs. Iterating raises `SamplerError` or `SandboxError` when
    a collaborator is broken, and `ToolchainMissing` when none of the languages asked for can be run.
    """
    return events_of(partial(_search, problem, options, sampler, judge, _Listeners(on_sample, on_recording)))


@dataclass(frozen=True, slots=True)
class _Listeners:
    on_sample: Callable[[Sample], None] | None
    on_recording: Callable[[Recording], None] | None


async def _search(
    problem: Problem,
    options: SolveOptions,
    sampler: Sampler,
    judge: Judge,
    listeners: _Listeners,
    report: Report,
) -> SolveResult:
    clock = Clock(options.time_s)
    options = runnable(options, judge, report)
    if not problem.examples:
        report.warn("no_examples", "the statement has no examples: candidates cannot be filtered, only clustered")

    with clock.stage("sample"):
        samples = sample(problem, options, sampler, listeners.on_sample)
        pool = await sample_and_filter(problem, options, samples, judge, clock, report)
    survivors = pool.passing[:MAX_CLUSTERED]
    if not survivors:
        report.warn("no_passing", "no candidate passes all examples; the nearest ones are listed")
        nearest = await near_misses(pool, problem, judge, options.n_candidates)
        ranks = unclustered(nearest, problem)
        return SolveResult(ranks, pool.counts(), clock.timings, options.seed, sampler.name, judge.isolation)

    with clock.stage("generate_inputs"):
        inputs = await generate_inputs(problem, sampler.language_model, judge, options, report)
    with clock.stage("cluster"):
        experiment = Experiment(judge, problem.limits)
        matrix = await execute(experiment, survivors, inputs, report)
        clusters = cluster(matrix)
    with clock.stage("score"):
        selector, scorer = SELECTORS[options.selector], scorer_for(sampler)
        evidence = evidence_of(survivors, matrix, problem, judge.host_factor)
        order = await to_thread(selector.rank, evidence)
        promising = clusters_of(order[: options.n_candidates], clusters)
        rows = scoring_order(promising, scorer.budget(pool.n_sampled)) if selector.uses_scores else []
        evidence = replace(evidence, scores=await score(problem, survivors, rows, scorer, clock, report))
    if listeners.on_recording:
        listeners.on_recording(Recording(problem.title, evidence))
    order = await to_thread(selector.rank, evidence)
    rng = random.Random(options.seed)
    chosen = picks(order, options.n_candidates, rng, goes_round=selector.goes_round)
    ranks = ranking(chosen, survivors, clusters, evidence.scores, scorer.kind, problem)
    counts = pool.counts(len(clusters))
    return SolveResult(ranks, counts, clock.timings, options.seed, sampler.name, judge.isolation)
