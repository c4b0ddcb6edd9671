"""Filtering: every new program is compiled and run on the examples while sampling goes on (AlphaCode 2022, 4.5).

Most programs fail, so each gets a cheap first look. Those too slow for that wait until nothing else is to be judged.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable

from alphacode_sandbox import Judge, Judgement
from alphacode_server.candidate import Sample
from alphacode_server.pipeline.clock import SAMPLING_SHARE, SEARCHING_SHARE, Clock
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.ranking import most_promising, unclustered
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.tasks import stop
from alphacode_server.problem import Problem
from alphacode_server.samplers import SamplerError

IN_FLIGHT = 16
"""Programs being judged at a time. When they are this many, no further sample is read, which holds back the sampler."""


class Filter:
    """Fills the pool of a search with every distinct program and how it did on the examples."""

    def __init__(
        self,
        problem: Problem,
        options: SolveOptions,
        judge: Judge,
        clock: Clock,
        report: Report,
        on_sample: Callable[[Sample], None] | None = None,
    ) -> None:
        self.pool = Pool()
        self._problem = problem
        self._options = options
        self._judge = judge
        self._clock = clock
        self._report = report
        self._on_sample = on_sample
        self._n_shown = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def something_passes(self) -> bool:
        """Whether any program that was drawn passes, once all of them are judged."""
        await self._is_idle.wait()
        return self.pool.n_passing > 0

    async def fill(
        self, samples: AsyncGenerator[Sample, None], goal: int, is_due: Callable[[], bool] = lambda: False
    ) -> None:
        """Read samples until there are `goal` or the next look `is_due`, and judge them; the first that passes is
        reported as soon as it does.

        There are fewer in the end when `samples` ends before, or when the sampling deadline passes: then nothing more
        is drawn, and what was drawn is judged to the end. Else `samples` may be read on.
        """
        with self._clock.stage("sample"):
            await self._fill(samples, goal, is_due)
        n, total = self.pool.n_sampled, self._options.n_samples
        self._report.phase("sample", n, total if n == goal or is_due() else n, at_once=True)

    async def _fill(self, samples: AsyncGenerator[Sample, None], goal: int, is_due: Callable[[], bool]) -> None:
        self._show_progress()
        judging, slow = dict[asyncio.Task[Judgement | None], Sample](), deque[Sample]()
        reading = None if is_due() else self._next(samples, goal)
        try:
            while judging or reading or slow:
                while slow and (not judging or (reading is None and len(judging) < IN_FLIGHT)):
                    sample = slow.popleft()
                    judging[asyncio.ensure_future(self._at_length(sample))] = sample
                (self._is_idle.clear if judging else self._is_idle.set)()
                waiting = {*judging, *([reading] if reading and len(judging) < IN_FLIGHT else [])}
                await asyncio.wait(waiting, timeout=self._left(reading), return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in judging if task.done()]:
                    sample, judgement = judging.pop(task), task.result()
                    if judgement is None:
                        slow.append(sample)
                    else:
                        self.pool.settle(sample, judgement)
                if reading and reading.done():
                    drawn = self._drawn(reading)
                    if drawn and self.pool.add(drawn):
                        judging[asyncio.ensure_future(self._at_first_sight(drawn))] = drawn
                    reading = self._next(samples, goal) if drawn and not is_due() else None
                elif reading and self._left(reading) == 0:
                    await stop(reading)
                    reading = None
                self._show_progress()
        finally:
            self._is_idle.set()
            await stop(*judging, *([reading] if reading else []))

    def _next(self, samples: AsyncGenerator[Sample, None], goal: int) -> asyncio.Task[Sample | None] | None:
        async def next_sample() -> Sample | None:
            return await anext(samples, None)

        return asyncio.ensure_future(next_sample()) if self.pool.n_sampled < goal else None

    def _drawn(self, reading: asyncio.Task[Sample | None]) -> Sample | None:
        """None at the end, and when the engine fails after it has yielded something: what there is can be ranked."""
        try:
            drawn = reading.result()
        except SamplerError as error:
            if self.pool.n_sampled == 0:
                raise
            self._report.warn("sampler", f"sampling ended early: {error}")
            return None
        if drawn and self._on_sample:
            self._on_sample(drawn)
        return drawn

    async def _at_first_sight(self, sample: Sample) -> Judgement | None:
        problem = self._problem
        return await self._judge.sift(sample.program, problem.examples, problem.limits, problem.checker)

    async def _at_length(self, sample: Sample) -> Judgement:
        problem = self._problem
        return await self._judge.test(
            sample.program, problem.examples, problem.limits, problem.checker, stop_at_first_failure=True
        )

    def _show_progress(self) -> None:
        self._report.counts = self.pool.counts(self._report.counts.clusters)
        total = self._options.n_samples
        self._report.phase("sample", min(self.pool.n_sampled, total), total)
        if self.pool.n_passing > self._n_shown and (self._n_shown == 0 or self._report.is_due("candidates")):
            self._n_shown = self.pool.n_passing
            self._report.candidates(
                unclustered(most_promising(self.pool.passing, self._options.n_candidates), self._problem)
            )

    def _left(self, reading: object) -> float | None:
        """Seconds until sampling has to stop; None when it need not, or has stopped.

        A slow engine that writes many programs side by side may finish none before the deadline: the first is waited
        for.
        """
        if not reading or self.pool.n_sampled == 0:
            return None
        return self._clock.left_s(SAMPLING_SHARE if self.pool.n_passing else SEARCHING_SHARE)
