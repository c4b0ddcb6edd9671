"""Filling the pool while sampling goes on: counts, back-pressure, deadlines, and what closing stops."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alphacode_sandbox import Judgement, Program, Verdict
from alphacode_server.candidate import Sample
from alphacode_server.pipeline.filtering import IN_FLIGHT, fill
from alphacode_server.pipeline.pool import Pool


def sample(code: str) -> Sample:
    return Sample(Program("python", code), model="test")


async def from_codes(*codes: str) -> AsyncGenerator[Sample, None]:
    for code in codes:
        yield sample(code)


async def accept(_: Sample) -> Judgement:
    return Judgement(Verdict.AC, "", ())


async def test_duplicates_are_judged_once_and_counted() -> None:
    judged = []

    async def judge(drawn: Sample) -> Judgement:
        judged.append(drawn.program.code)
        return await accept(drawn)

    pool = Pool()
    async for _ in fill(pool, from_codes("a", "b", "a", "a"), judge):
        pass
    assert sorted(judged) == ["a", "b"]
    assert (pool.counts().sampled, pool.counts().distinct, pool.counts().passing) == (4, 2, 4)
    assert {candidate.program.code: candidate.multiplicity for candidate in pool.passing} == {"a": 3, "b": 1}


async def test_programs_that_fail_are_kept_but_do_not_pass() -> None:
    async def judge(drawn: Sample) -> Judgement:
        return Judgement({"a": Verdict.AC, "b": Verdict.WA, "c": Verdict.CE}[drawn.program.code], "", ())

    pool = Pool()
    async for _ in fill(pool, from_codes("a", "b", "c"), judge):
        pass
    assert (pool.counts().compiled, pool.counts().passing, len(pool.candidates)) == (2, 1, 3)


async def test_a_busy_judge_holds_back_the_sampler() -> None:
    n_drawn, release = 0, asyncio.Event()

    async def endless() -> AsyncGenerator[Sample, None]:
        nonlocal n_drawn
        while True:
            n_drawn += 1
            yield sample(str(n_drawn))

    async def judge(drawn: Sample) -> Judgement:
        await release.wait()
        return await accept(drawn)

    pool = Pool()
    async with aclosing(fill(pool, endless(), judge)) as changes:
        for _ in range(IN_FLIGHT):
            await anext(changes)
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        assert n_drawn <= IN_FLIGHT + 1
        release.set()
        await waiting


async def test_after_the_deadline_nothing_is_drawn_and_what_was_drawn_is_judged() -> None:
    async def one_then_silence() -> AsyncGenerator[Sample, None]:
        yield sample("a")
        await asyncio.Event().wait()

    pool = Pool()
    async for _ in fill(pool, one_then_silence(), accept, deadline=time.monotonic() + 0.05):
        pass
    assert pool.counts().passing == 1


async def test_closing_stops_the_sampler_and_the_judge() -> None:
    stopped = []

    async def silent() -> AsyncGenerator[Sample, None]:
        try:
            yield sample("a")
            await asyncio.Event().wait()
        finally:
            stopped.append("sampler")

    async def stuck(_: Sample) -> Judgement:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append("judge")
        raise AssertionError("unreachable")

    async with aclosing(fill(Pool(), silent(), stuck)) as changes:
        await anext(changes)
        await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0))])
    assert sorted(stopped) == ["judge", "sampler"]
