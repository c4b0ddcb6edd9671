"""Opening the sampler that a user names."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from alphacode_server.models import DEFAULT_MODEL, ModelError, known_model, path_of
from alphacode_server.prompts import PromptStyle
from alphacode_server.samplers.allocation import ALLOCATIONS
from alphacode_server.samplers.cores import usable_cores
from alphacode_server.samplers.family import FamilySampler, Member
from alphacode_server.samplers.llama_cpp import EngineOptions, LlamaCppModel
from alphacode_server.samplers.manifest import Manifest, Policy, Served, read_manifest
from alphacode_server.samplers.model_sampler import ModelSampler, StyledModel
from alphacode_server.samplers.openai_api import Endpoint, OpenAIModel, first_model
from alphacode_server.samplers.replay import ReplaySampler
from alphacode_server.samplers.sampler import Sampler, SamplerError
from alphacode_server.samplers.tempered import Tempered
from alphacode_server.samplers.vllm_engine import VllmOptions
from alphacode_server.samplers.vllm_model import VllmHost, VllmModel, vllm_options

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
    engine: Sequence[str] = (),
) -> Sampler:
    """The sampler `spec` names, ready to work. Close it with `aclose`.

    `llama_cpp` takes `model` (a known name or a GGUF file) and `threads`; `openai` takes `url`, `model` and `api_key`;
    `vllm` takes `model` (a folder) and `engine`, fields of vLLM's engine as `name=value`; `family:FILE` takes what its
    policies need of these; `replay:FILE` takes `rate`, samples per second. Raises SamplerError with the way out.
    """
    kind, _, rest = spec.partition(":")
    match kind:
        case "llama_cpp":
            return await _embedded(model or DEFAULT_MODEL, threads, max_tokens or EMBEDDED_MAX_TOKENS)
        case "openai":
            return await _remote(url or rest, model, api_key, max_tokens or MAX_TOKENS)
        case "vllm":
            return await _vllm(
                _vllm_options(model, threads, max_tokens or MAX_TOKENS, engine), max_tokens or MAX_TOKENS
            )
        case "family" if rest:
            family = await asyncio.to_thread(read_manifest, Path(rest))  # Hashes the adapters.
            limit = max_tokens or MAX_TOKENS
            if family.adapters:
                options = _vllm_options(model or family.base, threads, limit, engine, family.adapters)
                return await _adapted(family, options, limit)
            return await _served_family(family, api_key, limit)
        case "family":
            raise SamplerError("name the family: --sampler family:FILE.toml")
        case "replay" if rest:
            return ReplaySampler(Path(rest), rate)
        case "replay":
            raise SamplerError("name the recording: --sampler replay:FILE")
        case _:
            raise SamplerError(f"unknown sampler {spec!r}; known: llama_cpp, openai, vllm, family:FILE, replay:FILE")


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


async def _remote(url: str, model: str | None, api_key: str | None, max_tokens: int) -> ModelSampler:
    served = await _served_model(url, model, api_key)
    return ModelSampler(served, children=1, hands_at_a_time=REQUESTS, max_tokens=max_tokens)


async def _served_model(
    url: str, model: str | None, api_key: str | None, style: PromptStyle = PromptStyle.TEMPLATE
) -> OpenAIModel:
    if not url:
        raise SamplerError("name the server: --sampler openai --api-url http://127.0.0.1:8000/v1")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SamplerError(f"give the server's address, for instance http://127.0.0.1:8000/v1, not {url!r}")
    base = url.rstrip("/") if parts.path.strip("/") else f"{url.rstrip('/')}/v1"
    name = model or await first_model(base, api_key)
    return OpenAIModel(Endpoint(base, name, style, api_key=api_key, max_in_flight=REQUESTS))


def _vllm_options(
    model: str | Path | None,
    threads: int | None,
    max_tokens: int,
    engine: Sequence[str],
    adapters: Mapping[str, Path] = MappingProxyType({}),
) -> VllmOptions:
    if not model:
        raise SamplerError(
            "name the model: --model DIR, a folder in Hugging Face's layout (config.json, *.safetensors)"
        )
    settings = dict(map(_engine_field, engine))
    return vllm_options(Path(model).resolve(), threads or usable_cores(), max_tokens, adapters, settings)


async def _vllm(options: VllmOptions, max_tokens: int) -> ModelSampler:
    host = VllmHost(options)
    engine = await host.start()
    model = VllmModel(options.folder.name, host)
    return ModelSampler(model, children=1, hands_at_a_time=engine.max_in_flight, max_tokens=max_tokens)


async def _adapted(family: Manifest, options: VllmOptions, max_tokens: int) -> FamilySampler:
    """Adapters of one base, in one engine. The base writes generators and answers questions."""
    host = VllmHost(options)
    engine = await host.start()
    models = [VllmModel(policy.name, host, policy.style, policy.name) for policy in family.policies]
    return FamilySampler(
        family.name,
        _members(family.policies, models, engine.max_in_flight, max_tokens),
        ALLOCATIONS[family.split],
        language_model=VllmModel(options.folder.name, host),
        hands_at_a_time=engine.max_in_flight,
        close=host.aclose,
    )


async def _served_family(family: Manifest, api_key: str | None, max_tokens: int) -> FamilySampler:
    """A server for each policy. The first also writes generators and answers questions."""
    async with AsyncExitStack() as stack:
        models: list[OpenAIModel] = []
        for policy in family.policies:
            assert isinstance(policy.source, Served)
            style = policy.style or PromptStyle.TEMPLATE
            models.append(await _served_model(policy.source.url, policy.source.model, api_key, style))
            stack.push_async_callback(models[-1].aclose)
        members = _members(family.policies, models, REQUESTS, max_tokens)
        return FamilySampler(
            family.name,
            members,
            ALLOCATIONS[family.split],
            language_model=members[0].sampler.language_model,
            hands_at_a_time=REQUESTS * len(members),
            close=stack.pop_all().aclose,
        )


def _members(
    policies: Sequence[Policy], models: Sequence[StyledModel], hands_at_a_time: int, max_tokens: int
) -> list[Member]:
    """Each policy under its own name and at its own temperatures."""
    return [
        Member(
            ModelSampler(
                Tempered(model, policy.train_temperature, policy.name),
                children=1,
                hands_at_a_time=hands_at_a_time,
                max_tokens=max_tokens,
            ),
            policy.languages,
        )
        for policy, model in zip(policies, models, strict=True)
    ]


def _engine_field(text: str) -> tuple[str, object]:
    """`name=value`, the value in JSON or else a text."""
    name, equals, value = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or not name:
        raise SamplerError(f"--engine takes name=value, as in max_num_seqs=64, not {text!r}")
    if name == "trust_remote_code":
        raise SamplerError("--engine trust_remote_code: a model's own code would run outside of the sandbox")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value.strip()
