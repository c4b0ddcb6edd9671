"""AlphaCode 2's search (2023), a line a stage: sample and filter, write inputs, execute, cluster, score, select.

The first four go in rounds, and end as soon as more samples would hardly change what is selected. Where programs come
from, and when there is a look at them, is the plan's: so other strategies feed the same matrix and selection.
"""

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
from alphacode_server.pipeline.cost import Cost, MeteredSampler
from alphacode_server.pipeline.duels import N_DUELLISTS, duel_referee, duels
from alphacode_server.pipeline.evidence import clusters_of, evidence_of, finders
from alphacode_server.pipeline.execution import Experiment, execute
from alphacode_server.pipeline.filtering import Filter
from alphacode_server.pipeline.inputs import InputSource, input_source
from alphacode_server.pipeline.languages import runnable
from alphacode_server.pipeline.near_misses import near_misses
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.outlook import SETTLED, chance_left, outlook
from alphacode_server.pipeline.plan import ALPHACODE2, Plan
from alphacode_server.pipeline.ranking import ranking, unclustered
from alphacode_server.pipeline.report import Report, events_of
from alphacode_server.pipeline.scoring import score, scorer_for, scoring_order
from alphacode_server.pipeline.search import Search
from alphacode_server.pipeline.speed import measure_loads
from alphacode_server.pipeline.submissions import submissions
from alphacode_server.pipeline.witness import Witness
from alphacode_server.pipeline.written_tests import with_written_tests, written_inputs
from alphacode_server.problem import Problem
from alphacode_server.protocol import OutlookBody, RankedCandidate, SolveEvent, SolveResult
from alphacode_server.samplers import Sampler
from alphacode_server.selection import SELECTORS, Cluster, Evidence, Recording, calibrated, cluster

MAX_CLUSTERED = 8192
"""Programs that are clustered at most (AlphaCode 2022, appendix C.4)."""


def solve(  # noqa: PLR0913  What is listened to and by which plan is given by name.
    problem: Problem,
    options: SolveOptions,
    sampler: Sampler,
    judge: Judge,
    on_sample: Callable[[Sample], None] | None = None,
    on_recording: Callable[[Recording], None] | None = None,
    plan: Plan = ALPHACODE2,
) -> AsyncGenerator[SolveEvent, None]:
    """Yield progress and provisional candidates while the search runs; the last event is `JobCompleted`.

    `on_sample` sees every sample as it is drawn, `on_recording` what the selector saw, once it has chosen. Closing the
    iterator aborts the sampler and kills the running programs. Iterating raises `SamplerError` or `SandboxError` when
    a collaborator is broken, and `ToolchainMissing` when none of the languages asked for can be run.
    """
    listeners = _Listeners(on_sample, on_recording)
    return events_of(partial(_search, problem, options, sampler, judge, plan, listeners))


@dataclass(frozen=True, slots=True)
class _Listeners:
    on_sample: Callable[[Sample], None] | None
    on_recording: Callable[[Recording], None] | None


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
    handed_in: tuple[int, ...] = ()
    """Rows of programs whose ranks are settled. A row is a program's for good, as survivors only come after others."""


async def _search(  # noqa: PLR0913  All but the report are the caller's.
    problem: Problem,
    options: SolveOptions,
    sampler: Sampler,
    judge: Judge,
    plan: Plan,
    listeners: _Listeners,
    report: Report,
) -> SolveResult:
    clock, cost = Clock(options.time_s), Cost(options.max_tokens)
    options = runnable(options, judge, report)
    if not problem.examples:
        report.warn("no_examples", "the statement has no examples: candidates cannot be filtered, only clustered")
    filter_ = Filter(problem, options, judge, clock, report, listeners.on_sample)
    metered = MeteredSampler(sampler, cost, filter_.something_passes)
    search = Search(problem, options, metered, judge, clock, cost, report, filter_)

    found = await _explore(search, plan)
    if found is None:
        nearest = await near_misses(search.pool, problem, judge, options.n_candidates)
        others = "the nearest ones are listed" if nearest else "none of them compiles"
        report.warn("no_passing", f"no candidate passes all examples; {others}")
        return _result(search, unclustered(nearest, problem), (), outlook((), search.pool))
    return await _select(search, found, listeners.on_recording)


async def _explore(search: Search, plan: Plan) -> _Found | None:
    """Sample, filter, write inputs and execute, round by round. None when nothing passes."""
    problem, options, judge, clock, report = search.problem, search.options, search.judge, search.clock, search.report
    pool, experiment, submitted = search.pool, Experiment(judge, problem.limits), iter(plan.submissions)
    source: InputSource | None = None
    inputs: tuple[str, ...] = ()
    found: _Found | None = None
    async with aclosing(plan.draw(search)) as samples:
        async for n_left in plan.rounds(search, samples):
            n_submitted, survivors = next(submitted, 0), pool.passing[:MAX_CLUSTERED]
            if not survivors:
                continue
            with clock.stage("generate_inputs"):
                source = source or await input_source(problem, search.model, judge, options, report)
                trials = Trials.of(pool.n_sampled, options.n_inputs, clock)
                inputs = await choose_inputs(source, experiment, survivors, inputs, trials, report)
            with clock.stage("cluster"):
                columns = tuple(dict.fromkeys((*inputs, *written_inputs(survivors))))
                matrix = await execute(experiment, survivors, columns, report)
                evidence = evidence_of(survivors, matrix, problem, judge.host_factor)
                search.sampler.learn(problem, finders(survivors, cluster(matrix)))
                chance = await to_thread(chance_left, evidence, pool, n_left, options)
            handed_in = found.handed_in if found else ()
            found = _Found(survivors, source, evidence, n_left, chance, handed_in)
            if chance <= SETTLED:
                break
            if n_submitted > len(handed_in):
                found = await _submit(search, found, n_submitted)
    return found


async def _submit(search: Search, found: _Found, n: int) -> _Found:
    """Hand in programs as long as the search goes on; what was handed in before is part of them."""
    options, evidence = search.options, found.evidence
    selector = SELECTORS[options.selector]
    order = await to_thread(selector.rank, evidence)
    chosen = submissions(order, min(n, options.n_candidates), found.handed_in, selector, options.seed)
    ranks = ranking(chosen, found.survivors, cluster(evidence.matrix), {}, "", search.problem)
    search.report.candidates(ranks)
    return replace(found, handed_in=tuple(row for _, row in chosen))


async def _select(search: Search, found: _Found, on_recording: Callable[[Recording], None] | None) -> SolveResult:
    """Cluster, let brute force vote, score and rank."""
    problem, options, judge, clock, report = search.problem, search.options, search.judge, search.clock, search.report
    survivors, evidence, model = found.survivors, found.evidence, search.model
    matrix, n_sampled = evidence.matrix, search.pool.n_sampled
    selector, scorer, clusters = SELECTORS[options.selector], scorer_for(search.sampler), cluster(matrix)
    with clock.stage("generate_inputs"):
        writer = model if selector.uses_votes and not clock.is_over else None
        votes = await brute_force_votes(problem, matrix.inputs, writer, judge, options, report)
        evidence = replace(evidence, votes=with_written_tests(votes, matrix.inputs, survivors))
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
    chosen = submissions(order, options.n_candidates, found.handed_in, selector, options.seed)
    ranks = ranking(chosen, survivors, clusters, calibrated(evidence), scorer.kind, problem)
    return _result(search, ranks, clusters, outlook(clusters, search.pool, found.n_left, found.chance))


def _result(
    search: Search, candidates: Sequence[RankedCandidate], clusters: Sequence[Cluster], outlook: OutlookBody
) -> SolveResult:
    return SolveResult(
        candidates=tuple(candidates),
        counts=search.pool.counts(len(clusters)),
        timings=search.clock.timings,
        seed=search.options.seed,
        model=search.sampler.name,
        isolation=search.judge.isolation,
        outlook=outlook,
        cost=search.cost.body,
    )
