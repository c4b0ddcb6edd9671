"""Recorded samples: read back in place of a model, and written down while one runs.

A recording is JSONL, one sample a line: `code`, `language`, and where known `problem`, `model`, `temperature`,
`metadata`, `seed`, `mean_logprob`, `n_tokens`.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from alphacode_sandbox import Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers.sampler import SamplerError


def problem_key(problem: Problem) -> str:
    """How a recording names a problem: its title, or the start of its statement's SHA-256 when it has none."""
    return problem.title.strip() or hashlib.sha256(problem.statement.encode()).hexdigest()[:12]


class ReplaySampler:
    """A `Sampler` that hands out a recording's samples in the order they were drawn, each once."""

    language_model = None
    children = 1

    def __init__(self, path: Path, rate: float | None = None) -> None:
        """Reads the whole recording. `rate`: samples per second; None gives them at once.

        Raises SamplerError, naming file and line, for a line that is no sample.
        """
        self.name = f"replay:{path.name}"
        self._recorded = _read(path)
        self._pause_s = 1 / rate if rate else 0.0

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        """At most as many samples as the hands ask for in all, in their languages and of this problem.

        A sample without a `problem` fits every problem. A recording that is too short yields fewer.
        """
        left = sum(hand.n for hand in hands)
        languages = {hand.language for hand in hands}
        key = problem_key(problem)
        for recorded_problem, sample in self._recorded:
            if left == 0:
                return
            if sample.program.language in languages and recorded_problem in (None, key):
                await asyncio.sleep(self._pause_s)
                left -= 1
                yield sample

    async def aclose(self) -> None:
        """Nothing to free."""


class Recorder(AbstractContextManager["Recorder"]):
    """Appends the samples it is called with to a recording."""

    def __init__(self, path: Path, problem: Problem) -> None:
        """Raises SamplerError when the file cannot be written."""
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise SamplerError(f"cannot write the recording {path}: {error.strerror}") from error
        self._problem = problem_key(problem)

    def __call__(self, sample: Sample) -> None:
        """Each line is written through, so that a search that is killed leaves a whole recording."""
        print(json.dumps(_to_json(sample, self._problem), ensure_ascii=False), file=self._file, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


def _to_json(sample: Sample, problem: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "problem": problem,
        "language": sample.program.language,
        "code": sample.program.code,
        "model": sample.model,
        "temperature": sample.temperature,
        "metadata": sample.metadata,
        "seed": sample.seed,
        "mean_logprob": sample.mean_logprob,
        "n_tokens": sample.n_tokens,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _read(path: Path) -> list[tuple[str | None, Sample]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SamplerError(f"cannot read the recording {path}: {error}") from error
    samples = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                samples.append(_from_json(line))
            except ValueError as error:
                raise SamplerError(f"{path}:{number}: {error}") from error
    return samples


def _from_json(line: str) -> tuple[str | None, Sample]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("a line of a recording is a JSON object")
    sample = Sample(
        program=Program(_required(value, "language"), _required(value, "code")),
        model=_optional(value, "model", str) or "unknown",
        temperature=_optional(value, "temperature", int, float),
        metadata=_optional(value, "metadata", dict) or {},
        seed=_optional(value, "seed", int),
        mean_logprob=_optional(value, "mean_logprob", int, float),
        n_tokens=_optional(value, "n_tokens", int) or 0,
    )
    return _optional(value, "problem", str), sample


def _required(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(text := value.get(name), str) or not text:
        raise ValueError(f"`{name}` must be a string that is not empty")
    return text


def _optional(value: Mapping[str, Any], name: str, *kinds: type) -> Any:
    found = value.get(name)
    if found is not None and (not isinstance(found, kinds) or isinstance(found, bool)):
        raise ValueError(f"`{name}` must be of type {' or '.join(kind.__name__ for kind in kinds)}, not {found!r}")
    return found
