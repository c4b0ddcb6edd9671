"""A job's samples as they are kept, so that a search that is begun again does not draw them again.

Hands are dealt from the job's seed alone: the same request is dealt the same hands. A hand is kept when its last sample
is there; what is in flight when the process ends is drawn anew.
"""

import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing

from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers import Sampler
from alphacode_server.samplers.borrowed import BorrowedSampler
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.recorded import from_line, to_line
from alphacode_server.service.fair_share import Share
from alphacode_server.service.store import Chunk, Kept, Store

MAX_WAITING = 256
"""Hands that may wait to be written before sampling does."""


class Journal:
    """What is kept of one job's samples, and its turns at drawing more."""

    def __init__(
        self, store: Store, job_id: str, share: Share, on_draw: Callable[[Sample], None] | None = None
    ) -> None:
        """`on_draw` gets each sample that is drawn; those that were kept are not drawn again."""
        self.share = share
        self.on_draw = on_draw or (lambda _: None)
        self._store = store
        self._job_id = job_id
        self._waiting: deque[Kept] = deque()

    async def kept(self) -> Mapping[int, Chunk]:
        """The hands that an earlier process drew, by their number. Raises StoreError."""
        return {chunk.number: chunk for chunk in await self._store.chunks(self._job_id)}

    async def keep(self, number: int, hand: Hand, samples: Sequence[Sample]) -> None:
        """Keep all samples of a hand, soon. Raises StoreError when an earlier one could not be kept."""
        chunk = Chunk(number, name_of(hand), tuple(map(to_line, samples)))
        self._waiting.append(self._store.add_chunk(self._job_id, chunk))
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > MAX_WAITING):
            await self._waiting.popleft()


class JournaledSampler(BorrowedSampler):
    """A `Sampler` that draws what the journal does not have; what it has comes first."""

    def __init__(self, sampler: Sampler, journal: Journal) -> None:
        super().__init__(sampler)
        self._journal = journal

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        """Raises StoreError when the journal cannot be read or written."""
        return self.drawn(hands, self._sampler.streams(problem, hands))

    async def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        """Raises StoreError when the journal cannot be read or written."""
        kept = await self._journal.kept()
        # Where the model has changed, so may have the deal.
        closed = {
            number for number, chunk in kept.items() if number < len(hands) and chunk.name == name_of(hands[number])
        }
        for number in sorted(closed):
            for line in kept[number].samples:
                yield from_line(line)[1]
        each_hand = zip(hands, streams, strict=True)
        fresh = (self._drawn(number, *each) for number, each in enumerate(each_hand) if number not in closed)
        async with aclosing(merge(fresh, self.hands_at_a_time)) as samples:
            async for sample in samples:
                yield sample

    async def _drawn(
        self, number: int, hand: Hand, stream: AsyncGenerator[Sample, None]
    ) -> AsyncGenerator[Sample, None]:
        samples: list[Sample] = []
        async with self._journal.share.turn(hand.n), aclosing(stream):
            async for sample in stream:
                samples.append(sample)
                self._journal.on_draw(sample)
                yield sample
        await self._journal.keep(number, hand, samples)


def name_of(hand: Hand) -> str:
    """Tells hands apart by all that they are conditioned on."""
    return hashlib.sha256(repr(hand).encode()).hexdigest()[:16]
