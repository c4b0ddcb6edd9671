"""vLLM's engine: requests are kept in this process, the model runs in one of its own. The only file that names vLLM."""

import asyncio
import importlib.util
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from alphacode_server.samplers.prompt_ids import Vocabulary
from alphacode_server.samplers.sampler import Completion, Decoding, SamplerError

QUESTIONS = 64
"""Questions in flight. They overtake samples, so they need not wait where samples do."""

SAMPLE, QUESTION = 0, -1
"""Priorities; the lower comes first."""

# Read by vLLM and its processes when they start. No telemetry, no socket that another machine could reach, and standard
# output is the command's own.
_ALWAYS = {"VLLM_NO_USAGE_STATS": "1", "VLLM_LOGGING_STREAM": "ext://sys.stderr", "VLLM_HOST_IP": "127.0.0.1"}
_UNLESS_SET = {"VLLM_LOGGING_LEVEL": "WARNING", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
# Compiling takes longer on a CPU than it saves.
_ON_CPU = {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_CPU_OMP_THREADS_BIND": "nobind", "TORCHDYNAMO_DISABLE": "1"}

# Descriptors, as a number may be another process's by the time it is needed.
_WATCH = """
import contextlib, os, signal, sys
watched = []
for pid in sys.argv[1:]:
    with contextlib.suppress(ProcessLookupError):
        watched.append(os.pidfd_open(int(pid)))
sys.stdin.read()
for process in watched:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGKILL)
"""


@dataclass(frozen=True, slots=True)
class VllmOptions:
    """What the engine loads."""

    folder: Path
    """A model in Hugging Face's layout, its weights as safetensors."""
    threads: int
    """On a machine without GPU."""
    context: int
    """The longest prompt with its completion, in tokens."""
    adapters: Mapping[str, Path] = field(default_factory=dict)
    """LoRA weights by the names they are asked by."""
    rank: int = 16
    """The highest rank among the adapters."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Further fields of vLLM's `AsyncEngineArgs`, which win over ours."""


class EngineDied(SamplerError):
    """The engine's process ended; it has to be started anew."""


class VllmEngine:
    """A running engine."""

    def __init__(self, llm: Any, adapters: Mapping[str, Any]) -> None:
        self.llm = llm
        """vLLM's own `AsyncLLM`."""
        self.n_written = self.n_prompt_tokens = self.n_cached_tokens = 0
        """Tokens so far: written, of prompts, and how many of these the prefix cache held."""
        self.gpus = _gpus(llm.vllm_config.parallel_config.world_size)
        """By name; none on a CPU."""
        self._adapters = adapters
        self._numbers = count()
        self.vocabulary = _vocabulary(llm.get_tokenizer())
        self.max_in_flight = 2 * llm.vllm_config.scheduler_config.max_num_seqs
        """Samples: as many as are computed side by side, and as many again that are taken up as soon as one ends."""
        self._samples = asyncio.Semaphore(self.max_in_flight)
        self._questions = asyncio.Semaphore(QUESTIONS)
        self._watchdog = watchdog(process.pid for process in llm.engine_core.resources.engine_manager.processes)

    @property
    def is_dead(self) -> bool:
        return bool(self.llm.errored)

    @property
    def n_in_flight(self) -> int:
        return int(self.llm.get_num_unfinished_requests())

    async def complete(
        self, ids: Sequence[int], decoding: Decoding, stop: Sequence[str], adapter: str | None
    ) -> Completion:
        """One completion, whatever `decoding.n` says. Cancelling aborts it in the engine.

        No seed is sent: on a CPU it ends the whole engine (0.32), on a GPU it costs the fast sampler. Repetitions are
        not looked for: vLLM does that in Python after every token, a third of a step's time with 1,024 sequences. Nor
        are log-probabilities asked for, which a GPU waits for: they cost a quarter of its tokens per second.
        """
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        params = SamplingParams(
            temperature=decoding.temperature,
            top_p=decoding.top_p,
            max_tokens=decoding.max_tokens,
            stop=list(stop),
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
        async with self._samples:
            output = (await self._run(ids, params, adapter, SAMPLE)).outputs[0]
        return Completion(output.text, len(output.token_ids), finish_reason=output.finish_reason)

    async def first_token(self, ids: Sequence[int], tokens: Sequence[int], adapter: str | None) -> dict[int, float]:
        """The log-probabilities of `tokens` after a prompt. Overtakes every sample that waits."""
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind

        params = SamplingParams(
            temperature=0.0,
            max_tokens=1,
            logprob_token_ids=list(tokens),
            detokenize=False,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
        async with self._questions:
            output = (await self._run(ids, params, adapter, QUESTION)).outputs[0]
        found = output.logprobs[0]
        return {token: found[token].logprob for token in tokens}

    async def _run(self, ids: Sequence[int], params: Any, adapter: str | None, priority: int) -> Any:
        from vllm.exceptions import GracefulHTTPError, VLLMClientError
        from vllm.inputs import tokens_input
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        outputs = self.llm.generate(
            tokens_input(list(ids)),
            params,
            str(next(self._numbers)),
            lora_request=self._adapters[adapter] if adapter else None,
            priority=priority,
        )
        try:
            async with aclosing(outputs):
                output = await anext(outputs)
        except EngineDeadError as error:
            raise EngineDied("vLLM's engine ended") from error
        except (EngineGenerateError, GracefulHTTPError, StopAsyncIteration, VLLMClientError) as error:
            raise SamplerError(f"vLLM refused a request: {error.__cause__ or error}") from error
        self.n_prompt_tokens += len(ids)
        self.n_cached_tokens += output.num_cached_tokens or 0
        self.n_written += len(output.outputs[0].token_ids)
        return output

    def close(self) -> None:
        """End its processes, which takes seconds. What does not end is killed."""
        self.llm.shutdown()
        self._watchdog.communicate()


def start(options: VllmOptions) -> VllmEngine:
    """Load the model, which takes from seconds to minutes. Raises SamplerError."""
    os.environ.update(_ALWAYS)
    _set_defaults(_UNLESS_SET)
    if importlib.util.find_spec("vllm") is None:
        raise SamplerError(
            "vLLM is not installed: pip install 'alphacode-lsp[gpu]', or see docs/vllm.md for machines without a GPU"
        )
    try:
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.lora.request import LoRARequest
        from vllm.platforms import current_platform
        from vllm.usage.usage_lib import UsageContext
        from vllm.v1.engine.async_llm import AsyncLLM
    except (ImportError, RuntimeError) as error:
        raise SamplerError(f"vLLM is installed but cannot be loaded: {error}") from error

    fields: dict[str, Any] = {
        "model": str(options.folder),
        "load_format": "safetensors",
        "max_model_len": options.context,
        "scheduling_policy": "priority",
        "disable_log_stats": True,
        "generation_config": "vllm",
    }
    if current_platform.is_cpu():
        _set_defaults(_ON_CPU | {"OMP_NUM_THREADS": str(options.threads)})
        fields |= {"enforce_eager": True, "max_num_seqs": 32}
    if options.adapters:
        fields |= {"enable_lora": True, "max_loras": len(options.adapters), "max_lora_rank": options.rank}
    adapters = {name: LoRARequest(name, number, str(folder)) for number, (name, folder) in
                enumerate(options.adapters.items(), start=1)}  # fmt: skip
    try:
        # The defaults of a process that serves nobody else are those for throughput.
        config = AsyncEngineArgs(**fields | dict(options.settings)).create_engine_config(UsageContext.LLM_CLASS)
        # We keep to less; this is for the day on which we do not.
        config.scheduler_config.max_num_queued_reqs = 2 * config.scheduler_config.max_num_seqs + QUESTIONS
        llm = AsyncLLM.from_vllm_config(config, disable_log_stats=True)
        try:
            return VllmEngine(llm, adapters)
        except BaseException:
            llm.shutdown()
            raise
    except Exception as error:  # Whatever goes wrong in there: a wrong field, a model it cannot run, no memory.
        raise SamplerError(f"vLLM cannot run {options.folder}: {error}") from error


def interrupt_start(others: Container[object]) -> None:
    """Let a `start` that is loading the model in another thread fail soon. `others` are processes from before it."""
    for process in multiprocessing.active_children():
        if process.name.startswith("EngineCore") and process not in others:
            process.kill()


def watchdog(pids: Iterable[int]) -> subprocess.Popen[bytes]:
    """A process that kills the engine's when its standard input closes, as it does however this process ends.

    vLLM's own processes would live on without it, and hold the GPU; its workers also where the engine is what died.
    """
    command = [sys.executable, "-I", "-S", "-c", _WATCH, *(str(each) for pid in pids for each in _tree(pid))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _tree(pid: int) -> list[int]:
    """A process and those it has started, directly or not."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # It has ended.
        return []
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _set_defaults(variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        os.environ.setdefault(name, value)


def _gpus(n: int) -> tuple[str, ...]:
    from vllm.platforms import current_platform

    return () if current_platform.is_cpu() else tuple(map(current_platform.get_device_name, range(n)))


def _vocabulary(tokenizer: Any) -> Vocabulary:
    def chat(messages: Sequence[Mapping[str, str]]) -> str:
        from jinja2 import TemplateError

        try:
            return str(tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))
        except TemplateError as error:
            raise ValueError(str(error)) from error

    def encode(text: str) -> list[int]:
        ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
        return ids

    return Vocabulary(
        encode=encode,
        beginning=tuple(tokenizer.encode("")),
        control_tokens=tuple(
            str(token) for token in tokenizer.added_tokens_decoder.values() if token.special and len(str(token)) > 1
        ),
        chat=chat if getattr(tokenizer, "chat_template", None) else None,
    )
