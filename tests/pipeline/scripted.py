"""A language model that writes what it was told to write, by what it is asked for."""

from collections.abc import AsyncGenerator, Mapping, Sequence

from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Completion, Decoding, SamplerError

VALIDATOR, GENERATOR, BRUTE_FORCE = "checks whether", "prints one random valid input", "obviously right"
"""Words by which the requests are known."""


class ScriptedModel:
    """Implements `LanguageModel`. Programs by the words of the request; asked for anything else, it fails."""

    name = "scripted"

    def __init__(self, replies: Mapping[str, Sequence[str]]) -> None:
        self._replies = replies
        self.asked: list[tuple[str, int]] = []
        """Words and number of every request."""

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        words = next((words for words in self._replies if words in prompt.user), None)
        if words is None:
            raise SamplerError("not in the script")
        self.asked.append((words, decoding.n))
        for reply in self._replies[words][: decoding.n]:
            yield Completion(f"```python\n{reply}\n```", n_tokens=1)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        return {label: 1 / len(labels) for label in labels}
