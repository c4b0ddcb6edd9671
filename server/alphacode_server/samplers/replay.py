"""Recorded samples: read back in place of a model, and written down while one runs.

A recording is JSONL, one sample a line: see `recorded`.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing
from itertools import islice
from pathlib import Path
from types import TracebackType

from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.recorded import from_line, to_line
from alphacode_server.samplers.sampler import SamplerError


def problem_key(problem: Problem) -> str:
    """How a recording names a problem: its title, or the start of its statement's SHA-256 when it has none."""
    return problem.title.strip() or hashlib.sha256(problem.statement.encode()).hexdigest()[:12]


class ReplaySampler:
    """A `Sampler` that hands out a recording's samples in the order they were drawn, each once."""

    language_model = None
    n_restarts = 0
    gpus: tuple[str, ...] = ()
    children = 1
    hands_at_a_time = 1

    def __init__(self, path: Path, rate: float | None = None) -> None:
        """Reads the whole recording, or all recordings of a folder (*.jsonl), in the order of their names.

        `rate`: samples per second; None gives them at once. Raises SamplerError, naming file and line, for a line that
        is no sample.
        """
        self.name = f"replay:{path.name}"
        files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not files:
            raise SamplerError(f"no recordings (*.jsonl) in the folder {path}")
        self._recorded = [sample for file in files for sample in _read(file)]
        self._pause_s = 1 / rate if rate else 0.0

    async def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        """At most as many samples as the hands ask for in all, in their languages and of this problem.

        A sample without a `problem` fits every problem. A recording that is too short yields fewer.
        """
        for stream in self.streams(problem, hands):
            async with aclosing(stream):
                async for sample in stream:
                    yield sample

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        """A hand has those samples that come after those of the hands before it, whatever its metadata."""
        languages = {hand.language for hand in hands}
        key = problem_key(problem)
        fitting = (
            sample
            for recorded_problem, sample in self._recorded
            if sample.program.language in languages and recorded_problem in (None, key)
        )
        for hand in hands:
            yield self._paced(tuple(islice(fitting, hand.n)))

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        """There is nothing to choose from."""

    def drawn(
        self, hands: Sequence[Hand], streams: Iterable[AsyncGenerator[Sample, None]]
    ) -> AsyncGenerator[Sample, None]:
        """One after the other."""
        return merge(streams, self.hands_at_a_time)

    async def aclose(self) -> None:
        """Nothing to free."""

    async def _paced(self, samples: Sequence[Sample]) -> AsyncGenerator[Sample, None]:
        for sample in samples:
            await asyncio.sleep(self._pause_s)
            yield sample


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
        print(to_line(sample, self._problem), file=self._file, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


def _read(path: Path) -> list[tuple[str | None, Sample]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SamplerError(f"cannot read the recording {path}: {error}") from error
    samples = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                samples.append(from_line(line))
            except ValueError as error:
                raise SamplerError(f"{path}:{number}: {error}") from error
    return samples
