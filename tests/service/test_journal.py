"""What of a job's samples is drawn once more by a search that is begun again."""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing

import pytest

from alphacode_sandbox import Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.protocol import ThoughtsBody
from alphacode_server.samplers import SamplerError, draw_hands
from alphacode_server.samplers.merge import merge
from alphacode_server.service.fair_share import FairShare
from alphacode_server.service.journal import Journal, JournaledSampler
from alphacode_server.service.store import Chunk, Entry, JobRecord, Kept, MemoryStore, StoreError

PROBLEM = Problem("Next", "Print the next number.")
HANDS = draw_hands(12, ("python",), 3, random.Random(1))


def store_of_the_job() -> MemoryStore:
    store = MemoryStore()
    store.add(JobRecord("job", "", "{}", "", "", "", 0.0), Entry(1, "job.accepted", "{}", 0.0))
    return store


class Scripted:
    """Draws the hands two at a time, and breaks with a given sample of all."""

    name, language_model, children, hands_at_a_time = "scripted", None, 3, 2

    def __init__(self, breaks_at: int = 1000) -> None:
        self.drawn: list[tuple[Hand, int]] = []
        self._breaks_at = breaks_at

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        return merge(self.streams(problem, hands), self.hands_at_a_time)

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        return (self._draw(hand) for hand in hands)

    async def aclose(self) -> None:
        raise AssertionError("a job closes no engine")

    async def _draw(self, hand: Hand) -> AsyncGenerator[Sample, None]:
        for child in range(hand.n):
            if len(self.drawn) == self._breaks_at:
                raise SamplerError("the engine is gone")
            self.drawn.append((hand, child))
            yield Sample(Program("python", f"{hand.seed} {child} \ud800"), "scripted", hand.temperature, {"a": [1]})


async def read(sampler: Scripted, store: MemoryStore, hands: Sequence[Hand] = HANDS) -> list[Sample]:
    with FairShare(n_turns=2).share("anna") as share:
        journaled = JournaledSampler(sampler, Journal(store, "job", share))
        async with aclosing(journaled.sample(PROBLEM, hands)) as stream:
            samples = [sample async for sample in stream]
        await journaled.aclose()
        return samples


@pytest.mark.parametrize("breaks_at", range(13))
async def test_every_hand_is_drawn_to_its_end_and_closed_ones_once(breaks_at: int) -> None:
    store, first, second = store_of_the_job(), Scripted(breaks_at), Scripted()
    if breaks_at < 12:
        with pytest.raises(SamplerError):
            await read(first, store)
    else:
        await read(first, store)
    samples = await read(second, store)
    assert sorted(sample.program.code for sample in samples) == sorted(
        f"{hand.seed} {child} \ud800" for hand in HANDS for child in range(hand.n)
    )
    assert all(sample.metadata == {"a": [1]} for sample in samples)
    # Two hands are open at a time, so of all that were begun all but the last two were closed.
    begun = list(dict.fromkeys(hand for hand, _ in first.drawn))
    closed = begun[: max(0, len(begun) - Scripted.hands_at_a_time)]
    assert not {hand for hand, _ in second.drawn} & {*closed}


async def test_hands_of_another_deal_are_drawn_anew() -> None:
    store, other = store_of_the_job(), draw_hands(12, ("python",), 4, random.Random(1))
    await read(Scripted(), store)
    again = Scripted()
    assert len(await read(again, store, other)) == len(again.drawn) == 12


async def test_a_store_that_keeps_nothing_ends_sampling() -> None:
    class Full(MemoryStore):
        def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
            kept: Kept = asyncio.get_running_loop().create_future()
            kept.set_exception(StoreError("the disk is full"))
            return kept

    with pytest.raises(StoreError, match="the disk is full"):
        await read(Scripted(), Full())


async def test_streams_of_one_s_own_are_journaled_as_samples_are() -> None:
    store, hands, begun = store_of_the_job(), HANDS[:2], list[int]()

    async def flow(number: int) -> AsyncGenerator[Sample, None]:
        begun.append(number)
        yield Sample(Program("python", str(number)), "flow", thoughts=ThoughtsBody(number, ("a point",)))

    for _ in range(2):
        with FairShare(n_turns=2).share("anna") as share:
            journaled = JournaledSampler(Scripted(), Journal(store, "job", share))
            async with aclosing(journaled.drawn(hands, (flow(number) for number in range(2)))) as stream:
                samples = [sample async for sample in stream]
        assert sorted(sample.program.code for sample in samples) == ["0", "1"]
        assert {sample.thoughts.reflection for sample in samples if sample.thoughts} == {("a point",)}
    assert begun == [0, 1]
