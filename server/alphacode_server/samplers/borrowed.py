"""A sampler that belongs to somebody else; who wraps one says only what is different."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence

from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers.sampler import LanguageModel, Sampler


class BorrowedSampler:
    """A `Sampler` that asks another for everything, and leaves it open."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self.language_model: LanguageModel | None = sampler.language_model

    @property
    def name(self) -> str:
        return self._sampler.name

    @property
    def n_restarts(self) -> int:
        return self._sampler.n_restarts

    @property
    def gpus(self) -> tuple[str, ...]:
        return self._sampler.gpus

    @property
    def children(self) -> int:
        return self._sampler.children

    @property
    def hands_at_a_time(self) -> int:
        return self._sampler.hands_at_a_time

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        return self._sampler.sample(problem, hands)

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        return self._sampler.streams(problem, hands)

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        return self._sampler.drawn(hands, streams)

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        self._sampler.learn(problem, finds)

    async def aclose(self) -> None:
        """The sampler belongs to whoever opened it."""
