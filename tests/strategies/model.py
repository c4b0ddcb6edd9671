"""A sampler that answers with given programs, and remembers what it was dealt."""

from collections.abc import AsyncGenerator, Mapping, Sequence

from alphacode_sandbox import Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem


class Dealt:
    """Implements `Sampler`: the programs in turn, a hand after the other."""

    name, language_model, children, hands_at_a_time, n_restarts, gpus = "dealt", None, 4, 1, 0, ()

    def __init__(self, codes: Sequence[str], n_tokens: int = 10) -> None:
        self.hands: Sequence[Hand] = ()
        self._codes = codes
        self._n_tokens = n_tokens

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        self.hands = hands
        languages = [hand.language for hand in hands for _ in range(hand.n)]
        for code, language in zip(self._codes, languages, strict=False):
            yield Sample(Program(language, code), self.name, n_tokens=self._n_tokens)

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """It has one model."""

    async def aclose(self) -> None:
        """Nothing to free."""
