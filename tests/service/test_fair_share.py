"""Turns at an engine: a newcomer's first samples come at once, and later ones go by weight."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import pytest

from alphacode_server.service.fair_share import FIRST_ROUND, FairShare, Share


async def draw(share: Share, name: str, drawn: list[str], n: int) -> None:
    """A job that draws one sample after another, as long as it gets turns."""
    for _ in range(n):
        async with share.turn(1):
            drawn.append(name)
            await asyncio.sleep(0)


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110  Everything here happens within a few turns of the event loop.
        await asyncio.sleep(0)


async def drawn_by(turns: FairShare, weights: dict[str, int], n: int) -> list[str]:
    """Who drew, in this order, when each of these owners has eight hands ready all the time."""
    drawn: list[str] = []
    async with AsyncExitStack() as stack:
        shares = {name: stack.enter_context(turns.share(name, weight)) for name, weight in weights.items()}
        async with asyncio.TaskGroup() as tasks:
            for name, share in shares.items():
                for _ in range(8):
                    tasks.create_task(draw(share, name, drawn, n // 8))
    return drawn


async def test_turns_are_shared_by_weight() -> None:
    drawn = await drawn_by(FairShare(n_turns=8), {"anna": 1, "bert": 3}, 1600)
    # While both draw, three of four turns are Bert's.
    assert drawn[:1600].count("bert") == pytest.approx(1200, abs=2 * FIRST_ROUND)
    assert Counter(drawn) == {"anna": 1600, "bert": 1600}


async def test_a_newcomer_draws_a_first_round_at_once_and_catches_up_on_nothing() -> None:
    turns, drawn = FairShare(n_turns=8), list[str]()
    with turns.share("anna") as first, turns.share("bert") as second:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(16):
                tasks.create_task(draw(first, "anna", drawn, 60))
            await _until(lambda: len(drawn) >= 400)
            came = len(drawn)
            for _ in range(16):
                tasks.create_task(draw(second, "bert", drawn, 60))
    # All turns were Anna's when Bert came.
    assert drawn[came : came + FIRST_ROUND + 8].count("bert") >= FIRST_ROUND
    after = drawn[came : came + 500]
    assert 200 <= after.count("bert") <= 300


async def test_an_owners_jobs_count_together() -> None:
    turns, drawn = FairShare(n_turns=1), list[str]()
    with turns.share("anna") as one, turns.share("anna") as other, turns.share("bert") as third:
        async with asyncio.TaskGroup() as tasks:
            for share, name in ((one, "anna"), (other, "anna"), (third, "bert")):
                for _ in range(2):
                    tasks.create_task(draw(share, name, drawn, 300))
    both = drawn[3 * FIRST_ROUND : 600]
    assert both.count("bert") == pytest.approx(len(both) / 2, abs=FIRST_ROUND)


async def test_who_is_cancelled_holds_no_turn() -> None:
    turns, drawn = FairShare(n_turns=1), list[str]()
    with turns.share("anna") as first, turns.share("bert") as second:
        async with first.turn(1):
            waiting = [asyncio.create_task(draw(share, "x", drawn, 5)) for share in (first, second)]
            await _until(lambda: turns.n_waiting == 2)
            waiting[1].cancel()
        # The turn goes to the first of them in this very moment, and it is cancelled before it can take it.
        waiting[0].cancel()
        for task in waiting:
            with suppress(asyncio.CancelledError):
                await task
        assert (turns.n_taken, turns.n_waiting, drawn) == (0, 0, [])
        await draw(second, "bert", drawn, 3)
    assert drawn == ["bert"] * 3
