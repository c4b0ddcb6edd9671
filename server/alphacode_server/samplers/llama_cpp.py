"""The embedded model: llama.cpp as a child process of ours, driven over HTTP on the loopback interface.

A process of its own because its native code can crash, logs to standard output, and must end at once when a search is
cancelled. It is started again with the next request should it have died.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from alphacode_server.prompts import Prompt, PromptStyle
from alphacode_server.samplers.openai_api import Endpoint, OpenAIModel
from alphacode_server.samplers.retries import Retries
from alphacode_server.samplers.sampler import Completion, Decoding, SamplerError

PROMPT_TOKENS = 4096
"""Room for one problem's prompts in the engine's cache, beside what its children write."""

SAMPLING = {"cache_prompt": True, "top_k": 100, "min_p": 0.0, "samplers": ["top_k", "temperature", "top_p"]}
"""Plain temperature sampling with a nucleus. Cutting to 100 tokens first spares sorting a vocabulary of 150,000 for
every token, a tenth of the time, and loses nothing a nucleus would keep."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the engine loads and what it may use."""

    model_path: Path
    threads: int
    parallel: int = 16
    """Completions that grow side by side."""
    max_tokens: int = 512
    """The longest completion there is room for."""

    @property
    def context(self) -> int:
        """Tokens in the cache that all completions share."""
        return PROMPT_TOKENS + self.parallel * self.max_tokens


class LlamaCppModel:
    """A `LanguageModel` that owns its engine."""

    honours_seed = True

    def __init__(self, name: str, style: PromptStyle, options: EngineOptions) -> None:
        self.name = name
        self.style = style
        self.n_restarts = 0
        self._options = options
        self._engine: Engine | None = None
        self._starting = asyncio.Lock()
        self._asking = asyncio.Lock()

    @property
    def gpus(self) -> tuple[str, ...]:
        """Of the running engine."""
        return self._engine.gpus if self._engine else ()

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """At most `options.parallel` children; the engine refuses more."""
        engine = await self.start()
        try:
            async with aclosing(engine.model.complete(prompt, decoding)) as completions:
                async for completion in completions:
                    yield completion
        except SamplerError as error:
            raise await engine.explained(error) from error

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """One question at a time: side by side, each would read the statement anew in a slot of its own."""
        engine = await self.start()
        async with self._asking:
            try:
                return await engine.model.label_probabilities(prompt, labels)
            except SamplerError as error:
                raise await engine.explained(error) from error

    async def start(self) -> "Engine":
        """The running engine; one is started where there is none, however many callers wait for it."""
        async with self._starting:
            if self._engine and self._engine.process.returncode is not None:
                await self._engine.aclose()
                self._engine = None
                self.n_restarts += 1
            if self._engine is None:
                self._engine = await _start_engine(self.name, self.style, self._options)
            return self._engine

    async def aclose(self) -> None:
        """End the engine's process."""
        async with self._starting:
            engine, self._engine = self._engine, None
            if engine:
                await engine.aclose()


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine: its process, and the model it serves."""

    process: asyncio.subprocess.Process
    model: OpenAIModel
    log: IO[bytes]
    gpus: tuple[str, ...]
    """By name; none where it runs on the CPU."""

    async def explained(self, error: SamplerError) -> SamplerError:
        """The same error, unless its reason is that the engine died."""
        try:
            await asyncio.wait_for(self.process.wait(), timeout=0.5)
        except TimeoutError:
            return error
        return SamplerError(
            f"the embedded engine ended (exit code {self.process.returncode}), perhaps for lack of memory; the next "
            f"request starts it again. Its last words: {_last_words(self.log)}"
        )

    async def aclose(self) -> None:
        """Close the connections and end the process."""
        await self.model.aclose()
        await _end(self.process)
        self.log.close()


async def _start_engine(name: str, style: PromptStyle, options: EngineOptions) -> Engine:
    api_key = secrets.token_urlsafe(16)
    request = {
        "model_path": str(options.model_path.resolve()),
        "api_key": api_key,
        "threads": options.threads,
        "parallel": options.parallel,
        "context": options.context,
    }
    async with AsyncExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "alphacode_server.samplers.llama_cpp_engine", str(os.getpid()),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
        stack.push_async_callback(_end, process)
        answer = await _handshake(process, request, log)
        # Both live on; `Engine.aclose` ends them.
        stack.pop_all()
    endpoint = Endpoint(
        url=f"{answer['address']}/v1",
        model=name,
        style=style,
        api_key=api_key,
        continues_answers=True,
        honours_seed=True,
        extra=SAMPLING,
        n_alternatives=100,
        read_timeout_s=None,
        retries=Retries(attempts=1),
    )
    return Engine(process, OpenAIModel(endpoint), log, tuple(answer["gpus"]))


async def _handshake(process: asyncio.subprocess.Process, request: dict[str, object], log: IO[bytes]) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(request).encode() + b"\n")
    line = await process.stdout.readline()
    if not line:
        await process.wait()
        raise SamplerError(
            f"the embedded engine ended with exit code {process.returncode} while it loaded {request['model_path']}: "
            f"{_last_words(log)}"
        )
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise SamplerError(f"the embedded engine cannot run {request['model_path']}: {answer['error']}")
    return answer


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):  # It may have ended by itself just now.
            process.kill()
    await process.wait()


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read()[-4000:].decode(errors="replace").split("\n")
    return " | ".join([line.strip() for line in lines if line.strip()][-5:]) or "none"
