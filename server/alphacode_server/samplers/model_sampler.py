"""Samples from a language model: hands become prompts, replies become programs."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

from alphacode_sandbox import Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.extraction import extract_code
from alphacode_server.problem import Problem
from alphacode_server.prompts import PromptStyle, solve_prompt
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.sampler import Decoding, LanguageModel


class StyledModel(LanguageModel, Protocol):
    """A language model that says how it wants to be asked."""

    @property
    def style(self) -> PromptStyle:
        """The form of its prompts."""

    @property
    def honours_seed(self) -> bool:
        """Whether a seed changes what it writes; only then is one recorded."""

    @property
    def n_restarts(self) -> int:
        """How often its engine died and was started again."""

    @property
    def gpus(self) -> tuple[str, ...]:
        """Those that it runs on, by name."""

    async def aclose(self) -> None:
        """Free what it holds."""


class ModelSampler:
    """A `Sampler` over a language model."""

    def __init__(self, model: StyledModel, *, children: int, hands_at_a_time: int, max_tokens: int) -> None:
        self._model = model
        self._children = children
        self._hands_at_a_time = hands_at_a_time
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """The model's id."""
        return self._model.name

    @property
    def language_model(self) -> LanguageModel:
        """The model itself, for the other stages."""
        return self._model

    @property
    def n_restarts(self) -> int:
        return self._model.n_restarts

    @property
    def gpus(self) -> tuple[str, ...]:
        return self._model.gpus

    @property
    def children(self) -> int:
        """How many samples share one prompt."""
        return self._children

    @property
    def hands_at_a_time(self) -> int:
        """How many requests are in flight."""
        return self._hands_at_a_time

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        """A reply without a program in the language that was asked for yields nothing."""
        return self.drawn(hands, self.streams(problem, hands))

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        """Each hand is a request of its own."""
        return (self._draw(problem, hand) for hand in hands)

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """One model has nothing to share out."""

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        """As many of them at a time as there are requests in flight."""
        return merge(streams, self.hands_at_a_time)

    async def aclose(self) -> None:
        """Free the model's engine or connections."""
        await self._model.aclose()

    async def _draw(self, problem: Problem, hand: Hand) -> AsyncGenerator[Sample, None]:
        prompt = solve_prompt(problem, hand, self._model.style)
        decoding = Decoding(n=hand.n, temperature=hand.temperature, max_tokens=self._max_tokens, seed=hand.seed)
        async with aclosing(self._model.complete(prompt, decoding)) as completions:
            async for completion in completions:
                code = extract_code(completion.text, prompt, hand.language)
                if code is None:
                    continue
                yield Sample(
                    program=Program(hand.language, code),
                    model=self._model.name,
                    temperature=hand.temperature,
                    metadata={"rating": hand.rating, "tags": list(hand.tags)},
                    seed=hand.seed if self._model.honours_seed else None,
                    mean_logprob=completion.mean_logprob,
                    n_tokens=completion.n_tokens,
                )
