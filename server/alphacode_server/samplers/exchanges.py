"""A log of everything that a model was asked and what it replied, from which a later run goes on.

A line of JSON an exchange: `key`, `model`, `prompt`, `decoding` and `completions`. What that model was asked already,
to the letter and with the same seed, is not asked again, so a flow that was stopped comes to where it was without it.
"""

import hashlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from alphacode_server.prompts import Prompt
from alphacode_server.samplers.borrowed import BorrowedSampler
from alphacode_server.samplers.sampler import Completion, Decoding, LanguageModel, Sampler, SamplerError


class ExchangeLog(AbstractContextManager["ExchangeLog"]):
    """A file, read when it is opened and appended to from then on."""

    def __init__(self, path: Path) -> None:
        """Drops a last line that was cut. Raises SamplerError, naming file and line, for one that is no exchange."""
        self._replies: dict[str, deque[tuple[Completion, ...]]] = {}
        try:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
            whole = [line for line in lines if line.endswith("\n")]
            for number, line in enumerate(whole, start=1):
                self._take_in(line, f"{path}:{number}")
            if len(whole) < len(lines):
                path.write_text("".join(whole), encoding="utf-8")
            self._file = path.open("a", encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SamplerError(f"cannot keep a log in {path}: {error}") from error

    def known(self, model: str, prompt: Prompt, decoding: Decoding) -> tuple[Completion, ...] | None:
        """What was replied before, each time once."""
        replies = self._replies.get(_key(model, prompt, decoding))
        return replies.popleft() if replies else None

    def add(self, model: str, prompt: Prompt, decoding: Decoding, completions: Sequence[Completion]) -> None:
        """Keep an exchange that is over."""
        exchange = {
            "key": _key(model, prompt, decoding),
            "model": model,
            "prompt": asdict(prompt),
            "decoding": asdict(decoding),
            "completions": [asdict(completion) for completion in completions],
        }
        print(json.dumps(exchange), file=self._file, flush=True)

    def _take_in(self, line: str, place: str) -> None:
        try:
            exchange = json.loads(line)
            completions = tuple(Completion(**fields) for fields in exchange["completions"])
            self._replies.setdefault(str(exchange["key"]), deque()).append(completions)
        except (ValueError, KeyError, TypeError) as error:
            raise SamplerError(
                f"{place}: no exchange with a model ({error}); remove it, or name another file"
            ) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


class LoggedModel:
    """A `LanguageModel` that is asked what the log does not have."""

    def __init__(self, model: LanguageModel, log: ExchangeLog) -> None:
        self._model = model
        self._log = log

    @property
    def name(self) -> str:
        return self._model.name

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        """What is known comes at once."""
        known = self._log.known(self.name, prompt, decoding)
        if known is not None:
            for completion in known:
                yield completion
            return
        completions: list[Completion] = []
        async with aclosing(self._model.complete(prompt, decoding)) as stream:
            async for completion in stream:
                completions.append(completion)
                yield completion
        self._log.add(self.name, prompt, decoding, completions)

    async def label_probabilities(self, prompt: Prompt, labels: Sequence[str]) -> dict[str, float]:
        """Not logged: it is a number, which is in the result."""
        return await self._model.label_probabilities(prompt, labels)


class LoggedSampler(BorrowedSampler):
    """A `Sampler` whose model is logged. Its samples are not: they are what a recording is for."""

    def __init__(self, sampler: Sampler, log: ExchangeLog) -> None:
        super().__init__(sampler)
        if model := sampler.language_model:
            self.language_model = LoggedModel(model, log)


def _key(model: str, prompt: Prompt, decoding: Decoding) -> str:
    return hashlib.sha256(repr((model, prompt, decoding)).encode()).hexdigest()[:16]
