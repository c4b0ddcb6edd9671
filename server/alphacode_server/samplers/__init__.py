"""Where candidates come from: a model on this machine, a model behind an address, or a recording."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from alphacode_server.models import DEFAULT_MODEL, ModelError, known_model, path_of
from alphacode_server.prompts import PromptStyle
from alphacode_server.samplers.cores import usable_cores
from alphacode_server.samplers.hands import draw_hands
from alphacode_server.samplers.llama_cpp import EngineOptions, LlamaCppModel
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.model_sampler import ModelSampler
from alphacode_server.samplers.openai_api import Endpoint, OpenAIModel, first_model
from alphacode_server.samplers.replay import Recorder, ReplaySampler
from alphacode_server.samplers.sampler import Completion, Decoding, LanguageModel, Sampler, SamplerError

__all__ = [
    "Completion", "Decoding", "LanguageModel", "Recorder", "Sampler", "SamplerError", "draw_hands", "merge",
    "open_sampler",
]  # fmt: skip

CHILDREN = 16
"""Samples that share a prompt in the embedded engine."""

REQUESTS = 32
"""Requests in flight to a server of others."""

MAX_TOKENS = 768
"""AlphaCode's longest program (2022, section 4.4)."""

EMBEDDED_MAX_TOKENS = 512
"""Right programs of a small model are short; what goes on for longer mostly repeats itself."""


async def open_sampler(  # noqa: PLR0913  Each is a setting of its own, given by name.
    spec: str,
    *,
    model: str | None = None,
    url: str | None = None,
    api_key: str | None = None,
    threads: int | None = None,
    rate: float | None = None,
    max_tokens: int | None = None,
) -> Sampler:
    """The sampler `spec` names, ready to work: `llama_cpp`, `openai` or `replay:FILE`. Close it with `aclose`.

    `llama_cpp` takes `model` (a known name or a GGUF file) and `threads`; `openai` takes `url`, `model` and `api_key`;
    `replay` takes `rate`, samples per second. Raises SamplerError with the way out.
    """
    kind, _, rest = spec.partition(":")
    match kind:
        case "llama_cpp":
            return await _embedded(model or DEFAULT_MODEL, threads, max_tokens or EMBEDDED_MAX_TOKENS)
        case "openai":
            return await _remote(url or rest, model, api_key, max_tokens or MAX_TOKENS)
        case "replay" if rest:
            return ReplaySampler(Path(rest), rate)
        case "replay":
            raise SamplerError("name the recording: --sampler replay:FILE")
        case _:
            raise SamplerError(f"unknown sampler {spec!r}; known: llama_cpp, openai, replay:FILE")


async def _embedded(name_or_path: str, threads: int | None, max_tokens: int) -> Sampler:
    try:
        # A file that changed since it was verified is hashed again, which takes seconds.
        path = await asyncio.to_thread(path_of, name_or_path)
    except ModelError as error:
        raise SamplerError(str(error)) from error
    known = known_model(name_or_path)
    options = EngineOptions(path, threads or max(1, usable_cores() - 1), max_tokens=max_tokens)
    name = known.name if known else path.stem
    style = PromptStyle(known.style) if known else PromptStyle.TEMPLATE
    # One hand more than fits waits in the engine, so that slots are taken again as soon as they are free.
    hands_at_a_time = options.parallel // CHILDREN + 1
    embedded = LlamaCppModel(name, style, options)
    await embedded.start()
    return ModelSampler(
        embedded,
        children=CHILDREN,
        hands_at_a_time=hands_at_a_time,
        max_tokens=max_tokens,
    )


async def _remote(url: str, model: str | None, api_key: str | None, max_tokens: int) -> Sampler:
    if not url:
        raise SamplerError("name the server: --sampler openai --api-url http://127.0.0.1:8000/v1")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SamplerError(f"give the server's address, for instance http://127.0.0.1:8000/v1, not {url!r}")
    base = url.rstrip("/") if parts.path.strip("/") else f"{url.rstrip('/')}/v1"
    served = OpenAIModel(
        Endpoint(base, model or await first_model(base, api_key), api_key=api_key, max_in_flight=REQUESTS)
    )
    return ModelSampler(served, children=1, hands_at_a_time=REQUESTS, max_tokens=max_tokens)
