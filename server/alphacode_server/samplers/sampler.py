"""The two interfaces behind which models live. The pipeline knows these and no engine."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to decode: plain temperature sampling with a nucleus, as many children as asked for."""

    n: int = 1
    temperature: float = 0.8
    top_p: float = 0.95
    max_tokens: int = 768
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """One text that a model wrote after a prompt."""

    text: str
    n_tokens: int
    mean_logprob: float | None = None
    finish_reason: str = "stop"
    """`stop`, `length` when the token limit cut the text, or `repetition` when it was given up as going in circles."""


class LanguageModel(Protocol):
    """A model that continues prompts."""

    @property
    def name(self) -> str:
        """The model's id, as it is recorded with every sample."""

    def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """Yield each of `decoding.n` completions as soon as it is finished.

        Closing the iterator aborts what the engine still generates.
        Raises `SamplerError` when the engine cannot be reached or refuses.
        """

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """Probabilities of each label as the next token, normalised over the labels."""


class Sampler(Protocol):
    """Where candidates come from."""

    @property
    def name(self) -> str:
        """The model's id, or the recording's name."""

    @property
    def language_model(self) -> LanguageModel | None:
        """The model for the other stages (inputs, scores); None for a recording."""

    @property
    def n_restarts(self) -> int:
        """How often its engine had to be started anew because it had died."""

    @property
    def gpus(self) -> tuple[str, ...]:
        """The GPUs that its engine runs on, by name; none for the CPU and for what runs elsewhere."""

    @property
    def children(self) -> int:
        """How many samples one prompt should be asked for at a time: 1 where the engine caches prefixes itself."""

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        """Yield samples as they are finished, in any order; closing the iterator aborts the rest."""

    @property
    def hands_at_a_time(self) -> int:
        """How many hands `sample` draws side by side."""

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        """What `sample` yields, a stream for each hand; one that is never read costs nothing."""

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """Hear how many of the clusters so far each model was the first to write a program of.

        A family then asks more of those that find more; who has one model has nothing to learn.
        """

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        """What streams yield, one for each hand, side by side. A sampler that keeps samples leaves out what it has."""

    async def aclose(self) -> None:
        """Free the engine. Every process it started has ended when this returns."""


class SamplerError(Exception):
    """The engine failed or refused; the message says what was tried and what would help."""
