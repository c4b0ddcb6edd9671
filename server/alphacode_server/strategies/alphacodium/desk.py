"""The desk of one flow: where its model is asked, its programs are tried, and what comes of a stage is noted."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from string import Template
from typing import TypeVar

from alphacode_sandbox import Case, Judgement, Program
from alphacode_server.candidate import Hand
from alphacode_server.extraction import extract_code
from alphacode_server.pipeline.clock import SAMPLING_SHARE
from alphacode_server.pipeline.search import Search
from alphacode_server.prompts import FENCE, Prompt, statement_of
from alphacode_server.prompts.solving import DIALECTS, SYSTEM
from alphacode_server.protocol.encoding import to_json
from alphacode_server.samplers import Decoding, LanguageModel
from alphacode_server.strategies.alphacodium.reading import Unreadable, read
from alphacode_server.strategies.alphacodium.settings import FlowSettings

T = TypeVar("T")

TEMPLATES = Path(__file__).parent / "templates"
MAX_TRIES = 3
"""Of a question whose answer cannot be read."""
MAX_TOKENS = 768
"""Of an answer."""
TIME_SHARE = 0.9
"""Of the time for sampling, after which a flow asks nothing more: what it has is still to be judged."""


class NoAnswer(Exception):
    """No reply could be read; the message says what was wrong with the last. The flow goes on without."""


class OutOfTime(Exception):
    """The flow ends with what it has."""


class Desk:
    """Of one flow."""

    def __init__(self, search: Search, model: LanguageModel, hand: Hand, number: int, settings: FlowSettings) -> None:
        """`number` counts the flows from 1. The hand has language, temperature and seed."""
        self.problem = search.problem
        self.hand = hand
        self.number = number
        self.settings = settings
        self.n_tokens = 0
        self.n_calls = 0
        self._search = search
        self._model = model

    async def ask(
        self,
        template: str,
        kind: type[T],
        opening: str,
        values: Mapping[str, object],
        is_answer: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """An answer in YAML that begins with `opening`. What can be read and is none is the last choice.

        Raises NoAnswer where none can be read.
        """
        prompt = self._prompt(template, f"{FENCE}yaml\n{opening}", values)
        complaint, answer = "", None
        for _ in range(MAX_TRIES):
            reply = await self._reply(prompt)
            try:
                # Broken YAML is read in many ways, one after the other.
                answer = await asyncio.to_thread(read, reply, opening, kind)
            except Unreadable as error:
                complaint = str(error)
            else:
                if is_answer(answer):
                    return answer
        if answer is not None:
            return answer
        raise NoAnswer(f"{template}: {complaint}")

    async def write(self, template: str, values: Mapping[str, object]) -> Program | None:
        """A program in the flow's language; None where the reply has none."""
        dialect = DIALECTS[self.hand.language]
        prompt = self._prompt(template, dialect.opening, {"language": dialect.title, **values})
        code = extract_code(await self._reply(prompt, warmth=0.1), prompt, self.hand.language)
        return Program(self.hand.language, code) if code else None

    async def test(self, program: Program, cases: Sequence[Case]) -> Judgement:
        """On every one of them, by the problem's limits and checker."""
        return await self._search.judge.test(program, cases, self.problem.limits, self.problem.checker)

    def note(self, stage: str, **result: object) -> None:
        """What a stage has come to, for whoever follows the job."""
        values = {key: to_json(value) for key, value in result.items()}
        self._search.report.stage(self.number, stage, values, self.n_calls, self.n_tokens)

    def begin(self, stage: str) -> None:
        """Progress: the stage that this flow is in."""
        self._search.report.begin_stage(stage, self._search.options.n_samples)

    def warn(self, message: str) -> None:
        """What the user should know."""
        self._search.report.warn("flow", f"flow {self.number}: {message}")

    def _prompt(self, template: str, opening: str, values: Mapping[str, object]) -> Prompt:
        request = Template((TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(values)
        return Prompt(SYSTEM, f"{statement_of(self.problem)}\n\n{request.strip()}", opening, stop=(FENCE,))

    async def _reply(self, prompt: Prompt, warmth: float = 0.0) -> str:
        """Raises OutOfTime, and SamplerError."""
        left_s = self._search.clock.left_s(TIME_SHARE * SAMPLING_SHARE)
        # Each question has a seed of its own, so that one that is asked again is answered anew.
        seed = None if self.hand.seed is None else self.hand.seed + self.n_calls
        decoding = Decoding(temperature=self.hand.temperature + warmth, max_tokens=MAX_TOKENS, seed=seed)
        self.n_calls += 1
        text = ""
        try:
            async with asyncio.timeout(left_s), aclosing(self._model.complete(prompt, decoding)) as completions:
                async for completion in completions:
                    self.n_tokens += completion.n_tokens
                    text = completion.text
        except TimeoutError as error:
            raise OutOfTime from error
        return text
