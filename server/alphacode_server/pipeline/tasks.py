"""Tasks that belong to a stage end with it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _nothing(_: object) -> None: ...


async def all_of(work: Iterable[Coroutine[Any, Any, T]], on_done: Callable[[T], None] = _nothing) -> list[T]:
    """Run everything side by side; results are in order. The first exception, or a cancellation, stops the rest."""
    tasks = [asyncio.ensure_future(each) for each in work]
    for task in tasks:
        task.add_done_callback(lambda done: None if done.cancelled() or done.exception() else on_done(done.result()))
    try:
        return await asyncio.gather(*tasks)
    finally:
        await stop(*tasks)
