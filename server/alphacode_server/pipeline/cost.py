"""Cost: what a search asks of its model, and the end of what it may."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from alphacode_server.candidate import Hand, Sample
from alphacode_server.pipeline.clock import SAMPLING_SHARE, SEARCHING_SHARE
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt
from alphacode_server.protocol import CostBody
from alphacode_server.samplers import Completion, Decoding, LanguageModel, Sampler, SamplerError
from alphacode_server.samplers.borrowed import BorrowedSampler


class TokensSpent(SamplerError):
    """The model is asked nothing more."""


class Cost:
    """Replies and tokens of one search so far, and how many tokens there may be; None is without a bound."""

    def __init__(self, max_tokens: int | None = None) -> None:
        self.max_tokens = max_tokens
        self.n_calls = 0
        """Replies, samples among them, and questions that were answered by a word. Of samples, those with a program."""
        self.n_tokens = 0
        """That the model wrote."""

    def add(self, n_tokens: int) -> None:
        """Count a reply."""
        self.n_calls += 1
        self.n_tokens += n_tokens

    def is_spent(self, share: float = 1.0) -> bool:
        """Whether this share of the tokens is written. What was asked for before is still read to its end."""
        return self.max_tokens is not None and self.n_tokens >= share * self.max_tokens

    @property
    def body(self) -> CostBody:
        """As a result tells it."""
        return CostBody(self.n_calls, self.n_tokens)


class MeteredModel:
    """A `LanguageModel` whose replies are counted. Raises TokensSpent once there may be no more of them."""

    def __init__(self, model: LanguageModel, cost: Cost) -> None:
        self._model = model
        self._cost = cost

    @property
    def name(self) -> str:
        return self._model.name

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        if self._cost.is_spent():
            raise TokensSpent(f"the budget of {self._cost.max_tokens} tokens is spent")
        async with aclosing(self._model.complete(prompt, decoding)) as completions:
            async for completion in completions:
                self._cost.add(completion.n_tokens)
                yield completion

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """Nothing is written, so there may be more of these."""
        self._cost.add(0)
        return await self._model.label_probabilities(prompt, labels)


class MeteredSampler(BorrowedSampler):
    """A `Sampler` whose samples are counted. They end, as with time, while there are tokens for the other stages.

    `streams` and `drawn` count nothing: what reads them asks the model, and that counts its replies.
    """

    def __init__(self, sampler: Sampler, cost: Cost, something_passes: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(sampler)
        self._cost = cost
        self._something_passes = something_passes
        if model := sampler.language_model:
            self.language_model = MeteredModel(model, cost)

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        async with aclosing(self._sampler.sample(problem, hands)) as samples:
            async for sample in samples:
                self._cost.add(sample.n_tokens)
                yield sample
                if await self._is_over():
                    return

    async def _is_over(self) -> bool:
        if not self._cost.is_spent(SAMPLING_SHARE):
            return False
        return self._cost.is_spent(SEARCHING_SHARE) or await self._something_passes()
