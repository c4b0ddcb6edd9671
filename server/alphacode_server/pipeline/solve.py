"""AlphaCode 2's search (2023), a line a stage: sample and filter, write inputs, execute, cluster, score, select.

The first four go in rounds, and end as soon as more samples would hardly change what is selected.
"""

import random
from asyncio import to_thread
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from alphacode_sandbox import Judge
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.adaptation import Trials, choose_inputs
from alphacode_server.pipeline.brute_force import brute_force_votes
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.duels import N_DUELLISTS, duel_referee, duels
from alphacode_server.pipeline.evidence import clusters_of, evidence_of
from alphacode_server.pipeline.execution import Experiment, execute
from alphacode_server.pipeline.filtering import Filter
from alphacode_server.pipeline.inputs import InputSource, input_source
from alphacode_server.pipeline.languages import runnable
from alphacode_server.pipeline.near_misses import near_misses
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.outlook import SETTLED, chance_left, outlook
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.ranking import ranking, unclustered
from alphacode_server.pipeline.repair import repair
from alphacode_server.pipeline.report import Report, events_of
from alphacode_server.pipeline.rounds import rounds
from alphacode_server.pipeline.sampling import sample
from alphacode_server.pipeline.scoring import score, scorer_for, scoring_order
from alphacode_server.pipeline.speed import measure_loads
from alphacode_server.pipeline.witness import Witness
from alphacode_server.problem import Problem
from alphacode_server.protocol import OutlookBody, RankedCandidate, SolveEvent, SolveResult
from alphacode_server.samplers import Sampler
from alphacode_server.selection import SELECTORS, Cluster, Evidence, Recording, calibrated, cluster, picks

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


@dataclass(frozen=True, slots=True)
class _Search:
    """What all stages of one search share."""

    problem: Problem
    options: SolveOptions
    sampler: Sampler
    judge: Judge
    clock: Clock
    report: Report
    filter: Filter

    @property
    def pool(self) -> Pool:
        return self.filter.pool

    def result(
        self, candidates: Sequence[RankedCandidate], clusters: Sequence[Cluster], outlook: OutlookBody
    ) -> SolveResult:
        return SolveResult(
            candidates=tuple(candidates),
            counts=self.pool.counts(len(clusters)),
            timings=self.clock.timings,
            seed=self.options.seed,
            model=self.sampler.name,
            isolation=self.judge.isolation,
            outlook=outlook,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rounds have come to."""

    survivors: tuple[Candidate, ...]
    source: InputSource
    evidence: Evidence
    n_left: int
    """Samples of the budget that were not drawn."""
    chance: float
    """That they would have changed the answer."""


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
    filter_ = Filter(problem, options, judge, clock, report, listeners.on_sample)
    search = _Search(problem, options, sampler, judge, clock, report, filter_)

    found = await _explore(search)
    if found is None:
        report.warn("no_passing", "no candidate passes all examples; the nearest ones are listed")
        nearest = await near_misses(search.pool, problem, judge, options.n_candidates)
        return search.result(unclustered(nearest, problem), (), outlook((), search.pool))
    return await _select(search, found, listeners.on_recording)


async def _explore(search: _Search) -> _Found | None:
    """Sample, filter, write inputs and execute, round by round. None when nothing passes."""
    problem, options, judge, clock, report = search.problem, search.options, search.judge, search.clock, search.report
    model, pool, experiment = search.sampler.language_model, search.pool, Experiment(judge, problem.limits)
    mend = partial(repair, search.filter, problem, judge, model, options.seed) if model and options.repair else None
    source: InputSource | None = None
    inputs: tuple[str, ...] = ()
    found: _Found | None = None
    async with aclosing(sample(problem, options, search.sampler)) as samples:
        async for n_left in rounds(search.filter, samples, options.n_samples, mend):
            survivors = pool.passing[:MAX_CLUSTERED]
            if not survivors:
                continue
            with clock.stage("generate_inputs"):
                source = source or await input_source(problem, model, judge, options, report)
                trials = Trials.of(pool.n_sampled, options.n_inputs, clock)
                inputs = await choose_inputs(source, experiment, survivors, inputs, trials, report)
            with clock.stage("cluster"):
                matrix = await execute(experiment, survivors, inputs, report)
                evidence = evidence_of(survivors, matrix, problem, judge.host_factor)
                chance = await to_thread(chance_left, evidence, pool, n_left, options)
            found = _Found(survivors, source, evidence, n_left, chance)
            if chance <= SETTLED:
                break
    return found


async def _select(search: _Search, found: _Found, on_recording: Callable[[Recording], None] | None) -> SolveResult:
    """Cluster, let brute force vote, score and rank."""
    problem, options, judge, clock, report = search.problem, search.options, search.judge, search.clock, search.report
    survivors, evidence, model = found.survivors, found.evidence, search.sampler.language_model
    matrix, n_sampled = evidence.matrix, search.pool.n_sampled
    selector, scorer, clusters = SELECTORS[options.selector], scorer_for(search.sampler), cluster(matrix)
    with clock.stage("generate_inputs"):
        writer = None if clock.is_over else model
        votes = await brute_force_votes(problem, matrix.inputs, writer, judge, options, report)
        evidence = replace(evidence, votes=votes)
    with clock.stage("score"):
        order = await to_thread(selector.rank, evidence)
        promising = clusters_of(order[: options.n_candidates], clusters)
        large = await found.source.draw_large()
        loads = await measure_loads(survivors, evidence, promising, large, judge, problem.limits)
        evidence = replace(evidence, loads=loads)
        rows = scoring_order(promising, scorer.budget(n_sampled)) if selector.uses_scores else []
        witness = Witness(problem, survivors, matrix, clusters, judge)
        evidence = replace(evidence, scores=await score(rows, scorer, witness, clock, report), scorer=scorer.kind)
    order = await to_thread(selector.rank, evidence)
    if referee := duel_referee(options, selector, search.sampler, n_sampled, report):
        with clock.stage("duel"):
            duellists = clusters_of(order[:N_DUELLISTS], clusters)
            evidence = replace(evidence, duels=await duels(duellists, witness, referee, clock, report))
            order = await to_thread(selector.rank, evidence)
    if on_recording:
        on_recording(Recording(problem.title, evidence))
    rng = random.Random(options.seed)
    chosen = picks(order, options.n_candidates, rng, goes_round=selector.goes_round)
    ranks = ranking(chosen, survivors, clusters, calibrated(evidence), scorer.kind, problem)
    return search.result(ranks, clusters, outlook(clusters, search.pool, found.n_left, found.chance))
