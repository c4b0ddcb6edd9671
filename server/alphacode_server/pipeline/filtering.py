"""Filtering: every new program is compiled and run on the examples while sampling goes on."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from alphacode_sandbox import Judgement
from alphacode_server.candidate import Sample
from alphacode_server.pipeline.pool import Pool

IN_FLIGHT = 16
"""Programs being judged at a time. When they are this many, no further sample is read, which holds back the sampler."""


async def fill(
    pool: Pool,
    samples: AsyncIterator[Sample],
    judge: Callable[[Sample], Awaitable[Judgement]],
    deadline: float | None = None,
) -> AsyncGenerator[None, None]:
    """Draw samples into the pool and judge the new ones, yielding after each change of the pool.

    `deadline` is on `time.monotonic`: once it has passed no sample is read any more, and the programs already drawn
    are judged to the end. Closing this iterator stops the sampler and the running programs.
    """
    judging: dict[asyncio.Task[Judgement], Sample] = {}
    reading: asyncio.Task[Sample | None] | None = asyncio.ensure_future(_next(samples))
    try:
        while judging or reading:
            waiting = {*judging, *([reading] if reading and len(judging) < IN_FLIGHT else [])}
            left = max(0.0, deadline - time.monotonic()) if deadline is not None and reading else None
            done, _ = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for task in done & judging.keys():
                pool.settle(judging.pop(task), task.result())  # type: ignore[arg-type]
            if reading in done:
                drawn = reading.result() if reading else None
                reading = asyncio.ensure_future(_next(samples)) if drawn else None
                if drawn and pool.add(drawn):
                    judging[asyncio.ensure_future(judge(drawn))] = drawn
            elif reading and left == 0:
                await _stop(reading)
                reading = None
            yield
    finally:
        await _stop(*judging, *([reading] if reading else []))


async def _next(samples: AsyncIterator[Sample]) -> Sample | None:
    return await anext(samples, None)


async def _stop(*tasks: asyncio.Task[Judgement] | asyncio.Task[Sample | None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
