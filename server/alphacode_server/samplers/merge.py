"""Several streams read side by side as one."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    """A reader has nothing more to give: all is read, or `error`."""

    error: BaseException | None = None


async def merge(streams: Iterable[AsyncGenerator[T, None]], at_a_time: int) -> AsyncGenerator[T, None]:
    """Yield what `streams` yield, as it comes, at most `at_a_time` of them open at once.

    While as many items wait to be taken, no further stream is opened, so who pauses here holds back what is to come.
    What is open is read on, as a server may give up on a client that does not read.

    The first error ends all of them and is raised. When this generator is closed, every open stream has been closed
    before `aclose` returns.
    """
    waiting = iter(streams)
    arrived: asyncio.Queue[T | _End] = asyncio.Queue()
    has_room = asyncio.Event()
    has_room.set()

    def keep_room() -> None:
        has_room.set() if arrived.qsize() < at_a_time else has_room.clear()

    async def read() -> None:
        try:
            while await has_room.wait() and (stream := next(waiting, None)):
                async with aclosing(stream):
                    async for item in stream:
                        arrived.put_nowait(item)
                        keep_room()
        except BaseException as error:
            arrived.put_nowait(_End(error))
            raise
        arrived.put_nowait(_End())

    readers = [asyncio.create_task(read()) for _ in range(at_a_time)]
    try:
        n_reading = len(readers)
        while n_reading:
            item = await arrived.get()
            keep_room()
            if not isinstance(item, _End):
                yield item
            elif item.error is None:
                n_reading -= 1
            else:
                raise item.error
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
