"""A family of policies behind one `Sampler`: every hand is played by the policy whose turn it is."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers.allocation import Allocation, Arm
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.model_sampler import ModelSampler
from alphacode_server.samplers.sampler import LanguageModel, SamplerError


@dataclass(frozen=True, slots=True)
class Member:
    """A policy at work."""

    sampler: ModelSampler
    """Its name is what samples are recorded under."""
    languages: frozenset[str] | None = None

    def writes(self, language: str) -> bool:
        return self.languages is None or language in self.languages


class FamilySampler:
    """A `Sampler` over several policies. What it learns about them holds for one search."""

    children = 1

    def __init__(
        self,
        name: str,
        members: Sequence[Member],
        allocation: Allocation,
        *,
        language_model: LanguageModel,
        hands_at_a_time: int,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.name = name
        self.language_model = language_model
        self.hands_at_a_time = hands_at_a_time
        self._members = tuple(members)
        self._allocation = allocation
        self._close = close
        self._searches: dict[int, _Search] = {}
        """By the identity of the problem: two searches of one problem have a copy of it each."""

    @property
    def n_restarts(self) -> int:
        return max(member.sampler.n_restarts for member in self._members)

    @property
    def gpus(self) -> tuple[str, ...]:
        """Its policies share an engine, or are served elsewhere."""
        return self._members[0].sampler.gpus

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        return self.drawn(hands, self.streams(problem, hands))

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        return merge(streams, self.hands_at_a_time)

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        """Whose hand it is, is decided when it is begun to be read: by then more is known."""
        search = _Search(random.Random(hands[0].seed if hands else None))
        self._searches[id(problem)] = search
        try:
            for hand in hands:
                yield self._draw(problem, hand, search)
        finally:
            if self._searches.get(id(problem)) is search:
                del self._searches[id(problem)]

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """What the policies' ended samples have come to so far."""
        if search := self._searches.get(id(problem)):
            search.finds = dict(finds)
            search.n_ended_then = dict(search.n_ended)

    async def aclose(self) -> None:
        await self._close()

    async def _draw(self, problem: Problem, hand: Hand, search: "_Search") -> AsyncGenerator[Sample, None]:
        able = [member for member in self._members if member.writes(hand.language)]
        if not able:
            raise SamplerError(f"no policy of the family {self.name} writes {hand.language}")
        arms = [search.arm(member.sampler.name) for member in able]
        member = able[self._allocation(arms, search.rng)]
        search.begin(member.sampler.name)
        async with aclosing(next(member.sampler.streams(problem, (hand,)))) as samples:
            async for sample in samples:
                yield sample
        search.end(member.sampler.name)


@dataclass(slots=True)
class _Search:
    """What is known of the policies in one search, by their names."""

    rng: random.Random
    n_begun: dict[str, int] = field(default_factory=dict)
    n_ended: dict[str, int] = field(default_factory=dict)
    n_ended_then: dict[str, int] = field(default_factory=dict)
    """When the finds were counted: what ended later may have found something, too."""
    finds: dict[str, int] = field(default_factory=dict)

    def arm(self, name: str) -> Arm:
        return Arm(self.n_begun.get(name, 0), self.n_ended_then.get(name, 0), self.finds.get(name, 0))

    def begin(self, name: str) -> None:
        self.n_begun[name] = self.n_begun.get(name, 0) + 1

    def end(self, name: str) -> None:
        self.n_ended[name] = self.n_ended.get(name, 0) + 1
