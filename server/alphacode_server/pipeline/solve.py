"""AlphaCode 2's search (2023), stage by stage: sample, filter, generate inputs, execute, cluster, score, pick."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from alphacode_sandbox import Judge, Judgement, ToolchainMissing
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.execution import execute
from alphacode_server.pipeline.filtering import fill
from alphacode_server.pipeline.inputs import generate_inputs
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.ranking import most_promising, ranked
from alphacode_server.pipeline.sampling import sample
from alphacode_server.pipeline.scoring import scorer_for, scoring_order
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    CandidatesSnapshot,
    ClusterBody,
    Counts,
    JobCompleted,
    JobWarning,
    PhaseProgress,
    RankedCandidate,
    SolveEvent,
    SolveResult,
)
from alphacode_server.samplers import Sampler
from alphacode_server.selection import Cluster, cluster, pick

MAX_CLUSTERED = 8192
"""Programs that are clustered at most (AlphaCode 2022, appendix C.4)."""
SCORED_PER_CLUSTER = 8
"""Distinct programs of a cluster that are scored at most; ours, as AlphaCode 2 does not say."""


async def solve(
    problem: Problem,
    options: SolveOptions,
    sampler: Sampler,
    judge: Judge,
    on_sample: Callable[[Sample], None] | None = None,
) -> AsyncGenerator[SolveEvent, None]:
    """Yield progress and provisional candidates while the search runs; the last event is `JobCompleted`.

    Closing the iterator aborts the sampler and kills the running programs. Raises `SamplerError` or `SandboxError`
    when a collaborator is broken, and `ToolchainMissing` when none of the languages asked for can be run.
    """
    clock, pool, limits = Clock(options.time_s), Pool(), problem.limits

    def progress(phase: str, done: int, total: int, n_clusters: int = 0) -> PhaseProgress:
        counts = replace(pool.counts, clusters=n_clusters)
        return PhaseProgress(phase, done, total, counts, elapsed_ms=round(clock.elapsed_s * 1000))

    def completed(candidates: tuple[RankedCandidate, ...], n_clusters: int = 0) -> JobCompleted:
        counts = replace(pool.counts, clusters=n_clusters)
        return JobCompleted(
            SolveResult(candidates, counts, clock.timings, options.seed, sampler.name, judge.isolation)
        )

    async def on_examples(drawn: Sample) -> Judgement:
        return await judge.test(drawn.program, problem.examples, limits, problem.checker, stop_at_first_failure=True)

    options, warnings = _runnable(options, judge)
    for warning in (*warnings, *_about(problem)):
        yield warning

    # Filtering runs while sampling goes on, so the first passing candidate is shown as soon as it exists.
    n_shown = 0
    with clock.stage("sample"):
        drawn = sample(problem, options, sampler, on_sample)
        async with aclosing(drawn), aclosing(fill(pool, drawn, on_examples, clock.sampling_deadline)) as changes:
            async for _ in changes:
                if pool.n_passing > n_shown and (n_shown == 0 or clock.is_due()):
                    n_shown = pool.n_passing
                    yield _snapshot(most_promising(pool.passing, options.n_candidates), problem)
                if clock.is_due():
                    yield progress("sample", pool.n_sampled, options.n_samples)
    yield progress("sample", pool.n_sampled, options.n_samples)

    survivors = pool.passing[:MAX_CLUSTERED]
    if not survivors:
        yield JobWarning("no_passing", "no candidate passes all examples; the nearest ones are listed")
        misses = await _near_misses(pool, problem, judge, options.n_candidates)
        yield completed(_snapshot(misses, problem).candidates)
        return

    yield progress("generate_inputs", 0, options.n_inputs)
    with clock.stage("generate_inputs"):
        inputs = await generate_inputs(problem, sampler.language_model, judge, options.n_inputs, options.seed)

    with clock.stage("cluster"):
        async with aclosing(execute(survivors, inputs, judge, limits)) as matrices:
            async for matrix in matrices:
                if clock.is_due():
                    yield progress("cluster", len(matrix.programs), len(survivors), len(cluster(matrix)))
        clusters = cluster(matrix)
    largest = clusters[: options.n_candidates]

    scorer, scores = scorer_for(sampler), dict[int, float]()
    with clock.stage("score"):
        rows = scoring_order([c.members for c in largest], SCORED_PER_CLUSTER)
        for n_scored, row in enumerate(rows):
            yield progress("score", n_scored, len(rows), len(clusters))
            if clock.is_over:
                break
            if (score := await scorer.score(problem, survivors[row])) is not None:
                scores[row] = score

    n_passing = sum(candidate.multiplicity for candidate in survivors)
    picks = pick(largest, scores, options.n_candidates)
    yield completed(
        tuple(
            ranked(
                rank, survivors[row], len(problem.examples), _body(rank, chosen, n_passing), scores.get(row), scorer.kind
            )
            for rank, (chosen, row) in enumerate(picks, start=1)
        ),
        len(clusters),
    )


def _runnable(options: SolveOptions, judge: Judge) -> tuple[SolveOptions, list[JobWarning]]:
    """The options without the languages whose toolchain is missing, and a warning for each of those."""
    languages = tuple(language for language in options.languages if language in judge.languages)
    missing = sorted(set(options.languages) - set(languages))
    if not languages:
        raise ToolchainMissing(f"no toolchain for {' or '.join(missing)} on the machine that runs the candidates")
    warnings = [JobWarning("language_unavailable", f"no toolchain for {language}; it is left out") for language in missing]
    return replace(options, languages=languages), warnings


def _about(problem: Problem) -> list[JobWarning]:
    if problem.examples:
        return []
    return [JobWarning("no_examples", "the statement has no examples: candidates cannot be filtered, only clustered")]


def _snapshot(candidates: Sequence[Candidate], problem: Problem) -> CandidatesSnapshot:
    n_examples = len(problem.examples)
    return CandidatesSnapshot(tuple(ranked(rank, c, n_examples) for rank, c in enumerate(candidates, start=1)))


def _body(id_: int, chosen: Cluster, n_passing: int) -> ClusterBody:
    return ClusterBody(id_, chosen.size, round(chosen.size / n_passing, 4))


async def _near_misses(pool: Pool, problem: Problem, judge: Judge, n: int) -> Sequence[Candidate]:
    """The best of those that fail: run on every example now, as filtering stopped at their first failure."""
    nearest = most_promising((c for c in pool.candidates if c.judgement.cases), n)
    return most_promising(
        [
            replace(c, judgement=await judge.test(c.program, problem.examples, problem.limits, problem.checker))
            for c in nearest
        ],
        n,
    )
