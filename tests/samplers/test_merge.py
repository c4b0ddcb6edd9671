"""Streams that are read side by side: all that is in them, and no more of them than are asked for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alphacode_server.samplers import merge


async def counting(n: int) -> AsyncGenerator[int, None]:
    for number in range(n):
        await asyncio.sleep(0)
        yield number


async def test_all_streams_are_read_to_their_end() -> None:
    async with aclosing(merge((counting(n) for n in range(20)), at_a_time=3)) as numbers:
        assert sorted([number async for number in numbers]) == sorted(k for n in range(20) for k in range(n))


async def test_whoever_pauses_holds_back_what_is_not_open_yet() -> None:
    opened = 0

    async def one(number: int) -> AsyncGenerator[int, None]:
        nonlocal opened
        opened += 1
        yield number

    async with aclosing(merge((one(number) for number in range(1000)), at_a_time=4)) as numbers:
        assert await anext(numbers) == 0
        for _ in range(100):
            await asyncio.sleep(0)
        assert opened <= 12
        assert [number async for number in numbers] == list(range(1, 1000))
