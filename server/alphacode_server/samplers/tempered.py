"""A policy that was trained with its logits divided by a temperature, asked as its training wants it."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers.model_sampler import StyledModel
from alphacode_server.samplers.sampler import Completion, Decoding


class Tempered:
    """A model whose every temperature is multiplied by the one it was trained at.

    AlphaCode divides by 0.2 in training ("tempering", 2022): asked at a temperature of 1, such a policy writes noise.
    """

    def __init__(self, model: StyledModel, train_temperature: float, name: str) -> None:
        self.name = name
        self._model = model
        self._train_temperature = train_temperature

    @property
    def style(self) -> PromptStyle:
        return self._model.style

    @property
    def honours_seed(self) -> bool:
        return self._model.honours_seed

    @property
    def n_restarts(self) -> int:
        return self._model.n_restarts

    @property
    def gpus(self) -> tuple[str, ...]:
        return self._model.gpus

    def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """`decoding.temperature` is relative to that of the training."""
        return self._model.complete(
            prompt, replace(decoding, temperature=decoding.temperature * self._train_temperature)
        )

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """As the policy was trained to see them, which is sharper than its logits are."""
        probabilities = await self._model.label_probabilities(prompt, labels)
        sharpened = {label: p ** (1 / self._train_temperature) for label, p in probabilities.items()}
        total = sum(sharpened.values())
        return {label: p / total for label, p in sharpened.items()}

    async def aclose(self) -> None:
        """Free the model."""
        await self._model.aclose()
