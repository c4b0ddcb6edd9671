"""Filtering: every new program is compiled and run on the examples while sampling goes on (AlphaCode 2022, 4.5).

Most programs fail, so each gets a cheap first look. Those too slow for that wait until nothing else is to be judged.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from alphacode_sandbox import Judge, Judgement
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.ranking import most_promising, unclustered
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.tasks import stop
from alphacode_server.problem import Problem
from alphacode_server.samplers import SamplerError

IN_FLIGHT = 16
"""Programs being judged at a time. When they are this many, no further sample is read, which holds back the sampler."""


async def sample_and_filter(
    problem: Problem,
    options: SolveOptions,
    samples: AsyncGenerator[Sample, None],
    judge: Judge,
    clock: Clock,
    report: Report,
) -> Pool:
    """Every distinct program with how it did on the examples; the first that passes is reported as soon as it does.

    When the sampling deadline has passed and there is a sample, nothing more is drawn; what was drawn is judged to the
    end. `samples` is closed on return, however this ends.
    """
    report.phase("sample", 0, options.n_samples)
    pool, n_shown = Pool(), 0
    judging, slow = dict[asyncio.Task[Judgement | None], Sample](), deque[Sample]()
    reading: asyncio.Task[Sample | None] | None = asyncio.ensure_future(_next(samples))
    try:
        while judging or reading or slow:
            while slow and (not judging or (reading is None and len(judging) < IN_FLIGHT)):
                sample = slow.popleft()
                judging[asyncio.ensure_future(_at_length(sample, problem, judge))] = sample
            waiting = {*judging, *([reading] if reading and len(judging) < IN_FLIGHT else [])}
            await asyncio.wait(waiting, timeout=_left(clock, pool, reading), return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in judging if task.done()]:
                sample, judgement = judging.pop(task), task.result()
                if judgement is None:
                    slow.append(sample)
                else:
                    pool.settle(sample, judgement)
            if reading and reading.done():
                drawn = _drawn(reading, pool, report)
                reading = asyncio.ensure_future(_next(samples)) if drawn else None
                if drawn and pool.add(drawn):
                    judging[asyncio.ensure_future(_at_first_sight(drawn, problem, judge))] = drawn
            elif reading and _left(clock, pool, reading) == 0:
                await stop(reading)
                reading = None

            report.counts = pool.counts()
            report.phase("sample", pool.n_sampled, options.n_samples)
            if pool.n_passing > n_shown and (n_shown == 0 or report.is_due("candidates")):
                n_shown = pool.n_passing
                report.candidates(unclustered(most_promising(pool.passing, options.n_candidates), problem))
    finally:
        await stop(*judging, *([reading] if reading else []))
        await samples.aclose()
    return pool


async def near_misses(pool: Pool, problem: Problem, judge: Judge, n: int) -> Sequence[Candidate]:
    """The best of those that fail: run on every example now, as filtering stopped at their first failure."""
    nearest = most_promising((candidate for candidate in pool.candidates if candidate.judgement.cases), n)
    judgements = [await judge.test(c.program, problem.examples, problem.limits, problem.checker) for c in nearest]
    return most_promising((replace(c, judgement=j) for c, j in zip(nearest, judgements, strict=True)), n)


async def _at_first_sight(sample: Sample, problem: Problem, judge: Judge) -> Judgement | None:
    return await judge.sift(sample.program, problem.examples, problem.limits, problem.checker)


async def _at_length(sample: Sample, problem: Problem, judge: Judge) -> Judgement:
    return await judge.test(
        sample.program, problem.examples, problem.limits, problem.checker, stop_at_first_failure=True
    )


async def _next(samples: AsyncGenerator[Sample, None]) -> Sample | None:
    return await anext(samples, None)


def _drawn(reading: asyncio.Task[Sample | None], pool: Pool, report: Report) -> Sample | None:
    """None at the end, and when the engine fails after it has yielded something: what there is can still be ranked."""
    try:
        return reading.result()
    except SamplerError as error:
        if pool.n_sampled == 0:
            raise
        report.warn("sampler", f"sampling ended early: {error}")
        return None


def _left(clock: Clock, pool: Pool, reading: object) -> float | None:
    """Seconds until sampling has to stop; None when it need not, or has stopped.

    A slow engine that writes many programs side by side may finish none before the deadline: the first is waited for.
    """
    if clock.sampling_deadline is None or not reading or pool.n_sampled == 0:
        return None
    return max(0.0, clock.sampling_deadline - time.monotonic())
