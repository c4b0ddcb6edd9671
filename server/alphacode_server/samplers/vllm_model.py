"""A model in vLLM's engine, and the engine that several of them share."""

import asyncio
import json
import math
import multiprocessing
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.prompt_ids import PromptIds
from alphacode_server.samplers.sampler import Completion, Decoding, SamplerError
from alphacode_server.samplers.vllm_engine import EngineDied, VllmEngine, VllmOptions, interrupt_start, start

PROMPT_TOKENS = 4096
"""Room for a prompt, beside what is written after it."""


class VllmHost:
    """Owns the engine. It is started again with the next request should it have died."""

    def __init__(self, options: VllmOptions) -> None:
        self.n_restarts = 0
        self._options = options
        self._engine: VllmEngine | None = None
        self._prompts: PromptIds | None = None
        self._starting = asyncio.Lock()

    @property
    def prompts(self) -> PromptIds:
        """Once it was started."""
        assert self._prompts
        return self._prompts

    @property
    def gpus(self) -> tuple[str, ...]:
        """Of the running engine."""
        return self._engine.gpus if self._engine else ()

    async def start(self) -> VllmEngine:
        """The running engine; one is started where there is none, however many callers wait for it."""
        async with self._starting:
            if self._engine and self._engine.is_dead:
                dead, self._engine = self._engine, None
                await asyncio.to_thread(dead.close)
                self.n_restarts += 1
            if self._engine is None:
                self._engine = await _started(self._options)
                self._prompts = PromptIds(self._engine.vocabulary)
            return self._engine

    async def aclose(self) -> None:
        """End the engine's processes."""
        async with self._starting:
            engine, self._engine = self._engine, None
            if engine:
                await asyncio.to_thread(engine.close)


class VllmModel:
    """A `LanguageModel`: the host's model, or one of its adapters."""

    honours_seed = False

    def __init__(self, name: str, host: VllmHost, style: PromptStyle | None = None, adapter: str | None = None) -> None:
        self.name = name
        self.host = host
        self._style = style
        self._adapter = adapter

    @property
    def style(self) -> PromptStyle:
        return self._style or self.host.prompts.style

    @property
    def n_restarts(self) -> int:
        return self.host.n_restarts

    @property
    def gpus(self) -> tuple[str, ...]:
        return self.host.gpus

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """Every child is a request of its own: the engine's prefix cache shares the prompt between them."""
        engine = await self.host.start()
        ids = self.host.prompts.of(prompt, self.style)

        async def child() -> AsyncGenerator[Completion, None]:
            yield await engine.complete(ids, decoding, prompt.stop, self._adapter)

        try:
            async with aclosing(merge((child() for _ in range(decoding.n)), decoding.n)) as completions:
                async for completion in completions:
                    yield completion
        except EngineDied as error:
            raise _explained(error) from error

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """Case and white space of a token do not matter."""
        engine = await self.host.start()
        tokens = {label: _tokens_of(label, engine) for label in labels}
        ids = self.host.prompts.of(prompt, self.style)
        try:
            found = await engine.first_token(ids, sorted(set().union(*tokens.values())), self._adapter)
        except EngineDied as error:
            raise _explained(error) from error
        masses = {label: sum(math.exp(found[token]) for token in tokens[label]) for label in labels}
        total = sum(masses.values())
        return {label: mass / total if total else 1 / len(labels) for label, mass in masses.items()}

    async def aclose(self) -> None:
        """End the engine, for all models that share it."""
        await self.host.aclose()


def vllm_options(
    folder: Path, threads: int, max_tokens: int, adapters: Mapping[str, Path], settings: Mapping[str, object]
) -> VllmOptions:
    """Raises SamplerError when `folder` holds no model in the layout that vLLM reads."""
    limit = _field(folder / "config.json", "max_position_embeddings")
    context = PROMPT_TOKENS + max_tokens
    ranks = [_field(adapter / "adapter_config.json", "r") or 0 for adapter in adapters.values()]
    # vLLM knows some ranks only; the next higher one holds a lower one.
    rank = next((rank for rank in (8, 16, 32, 64, 128, 256, 512) if rank >= max(ranks, default=0)), 512)
    return VllmOptions(folder, threads, min(context, limit or context), adapters, rank, settings)


async def _started(options: VllmOptions) -> VllmEngine:
    """In a thread, as it takes long. When it is cancelled, what was begun has ended before this raises."""
    others = multiprocessing.active_children()
    starting = asyncio.ensure_future(asyncio.to_thread(start, options))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        interrupt_start(others)
        await asyncio.wait((starting,))
        if not starting.cancelled() and starting.exception() is None:
            await asyncio.to_thread(starting.result().close)
        raise


def _explained(error: EngineDied) -> SamplerError:
    return SamplerError(
        f"{error}, perhaps for lack of memory, and its reason stands above in the log; the next request starts it "
        "again. If it goes on, give it less to do at a time: --engine max_num_seqs=64"
    )


def _tokens_of(label: str, engine: VllmEngine) -> set[int]:
    forms = {form(f"{space}{label}") for form in (str.lower, str.upper, str.title) for space in ("", " ")}
    encoded = [engine.vocabulary.encode(form) for form in forms]
    tokens = {ids[0] for ids in encoded if len(ids) == 1}
    if not tokens:
        raise SamplerError(f"the model has no token for {label!r}, which scoring asks for")
    return tokens


def _field(file: Path, name: str) -> int | None:
    """An integer of a JSON file of the model."""
    try:
        value = json.loads(file.read_text(encoding="utf-8")).get(name)
    except (AttributeError, OSError, ValueError) as error:
        raise SamplerError(
            f"vLLM reads folders in Hugging Face's layout (config.json and *.safetensors); cannot read {file}: {error}"
        ) from error
    return value if isinstance(value, int) else None
