"""Sampling and filtering side by side: counts, back-pressure, deadlines, and what a cancellation stops."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from alphacode_sandbox import Case, Judge, Program
from alphacode_server.candidate import Sample
from alphacode_server.pipeline import SolveOptions
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.filtering import IN_FLIGHT, Filter
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.protocol import JobWarning, SolveEvent
from alphacode_server.samplers import SamplerError

PROBLEM = Problem("Echo", "Print what you read.", (Case("hello\n", "hello\n"), Case("\n", "\n")))
ECHO = "print(input())"
WRONG = "print('hello')\nprint(1)"
BROKEN = "print("
SLOW = """
#include <cstdio>
#include <ctime>
int main() {
    while (clock() < CLOCKS_PER_SEC * 7 / 10) {}
    for (int c; (c = getchar()) != EOF;) putchar(c);
}
"""
OPTIONS = SolveOptions(n_samples=100)


def sample(code: str) -> Sample:
    return Sample(Program("python", code), model="test")


async def from_codes(*codes: str) -> AsyncGenerator[Sample, None]:
    for code in codes:
        yield sample(code)


async def fill(
    samples: AsyncGenerator[Sample, None],
    judge: Judge,
    clock: Clock | None = None,
    events: list[SolveEvent] | None = None,
    goal: int = OPTIONS.n_samples,
) -> Pool:
    report = Report((events if events is not None else []).append)
    filter_ = Filter(PROBLEM, OPTIONS, judge, clock or Clock(None), report)
    async with aclosing(samples):
        await filter_.fill(samples, goal)
    return filter_.pool


async def test_duplicates_are_judged_once_and_counted(judge: Judge) -> None:
    pool = await fill(from_codes(ECHO, WRONG, ECHO, ECHO), judge)
    counts = pool.counts()
    assert (counts.sampled, counts.distinct, counts.compiled, counts.passing) == (4, 2, 2, 3)
    assert [(c.program.code, c.multiplicity) for c in pool.passing] == [(ECHO, 3)]


async def test_programs_that_differ_in_layout_are_one(judge: Judge) -> None:
    pool = await fill(from_codes(ECHO, "print( input() )  # the same"), judge)
    assert [(c.program.code, c.multiplicity) for c in pool.candidates] == [(ECHO, 2)]


async def test_programs_that_fail_are_kept_but_do_not_pass(judge: Judge) -> None:
    pool = await fill(from_codes(ECHO, WRONG, BROKEN), judge)
    assert (pool.counts().compiled, pool.n_passing, len(pool.candidates)) == (2, 1, 3)


async def test_a_failing_program_is_not_run_on_the_remaining_examples(judge: Judge) -> None:
    pool = await fill(from_codes(WRONG), judge)
    assert [len(candidate.judgement.cases) for candidate in pool.candidates] == [1]


async def test_a_right_program_that_is_too_slow_for_a_first_look_passes_in_the_end(judge: Judge) -> None:
    async def slow_then_others() -> AsyncGenerator[Sample, None]:
        yield Sample(Program("cpp", SLOW), model="test")
        for code in (ECHO, WRONG):
            yield sample(code)

    pool = await fill(slow_then_others(), judge)
    assert {candidate.program.code for candidate in pool.passing} == {SLOW, ECHO}
    assert pool.counts().compiled == 3


async def test_a_busy_judge_holds_back_the_sampler_and_a_cancellation_stops_both(judge: Judge) -> None:
    n_drawn, closed, full = 0, False, asyncio.Event()

    async def endless() -> AsyncGenerator[Sample, None]:
        nonlocal n_drawn, closed
        try:
            while True:
                n_drawn += 1
                if n_drawn == IN_FLIGHT + 1:
                    full.set()
                yield sample(f"import time\ntime.sleep(60 + {n_drawn})")
        finally:
            closed = True

    filling = asyncio.ensure_future(fill(endless(), judge))
    await full.wait()
    await asyncio.wait([filling], timeout=0.1)
    assert n_drawn == IN_FLIGHT + 1
    filling.cancel()
    await asyncio.wait([filling])
    assert filling.cancelled()
    assert closed
    assert (await fill(from_codes(ECHO), judge)).n_passing == 1


async def test_after_the_deadline_nothing_is_drawn_and_what_was_drawn_is_judged(judge: Judge) -> None:
    async def one_then_silence() -> AsyncGenerator[Sample, None]:
        yield sample(ECHO)
        await asyncio.Event().wait()

    pool = await fill(one_then_silence(), judge, Clock(budget_s=0.1))
    assert pool.counts().passing == 1


async def test_an_engine_that_fails_half_way_leaves_what_it_gave(judge: Judge) -> None:
    async def dies_after(n: int) -> AsyncGenerator[Sample, None]:
        for _ in range(n):
            yield sample(ECHO)
        raise SamplerError("the engine ended")

    events = list[SolveEvent]()
    assert (await fill(dies_after(1), judge, events=events)).n_passing == 1
    assert [event.message for event in events if isinstance(event, JobWarning)] == [
        "sampling ended early: the engine ended"
    ]
    with pytest.raises(SamplerError, match="the engine ended"):
        await fill(dies_after(0), judge)
