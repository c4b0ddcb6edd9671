"""Flows over what a real model replied (Qwen2.5-Coder 1.5B at 4 bits, one flow a problem), as `eval run` logged it.

Replies are handed out by what was asked, in the order in which they were given.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from alphacode_sandbox import Judge
from alphacode_server.pipeline import SolveOptions
from alphacode_server.problem import parse_statement
from alphacode_server.prompts import Prompt
from alphacode_server.samplers import Completion, Decoding, SamplerError
from alphacode_server.strategies import STRATEGIES
from tests.strategies.test_flow import WORDS, Run, Scripted

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "data" / "recordings" / "flows"


class Recorded(Scripted):
    """Fails where the recording ends."""

    def __init__(self, file: Path) -> None:
        super().__init__({})
        self._replies: dict[str | None, list[list[Completion]]] = {}
        for line in file.read_text(encoding="utf-8").splitlines():
            exchange = json.loads(line)
            completions = [Completion(**fields) for fields in exchange["completions"]]
            self._replies.setdefault(_name(exchange["prompt"]["user"]), []).append(completions)

    async def complete(self, prompt: Prompt, decoding: Decoding) -> AsyncGenerator[Completion, None]:
        name = _name(prompt.user)
        if not self._replies.get(name):
            raise SamplerError("the recording ends here")
        self.asked.append(name or "")
        for completion in self._replies[name].pop(0):
            yield completion


def _name(user: str) -> str | None:
    return next((name for words, name in WORDS.items() if words in user), None)


@pytest.mark.parametrize("name", [file.stem for file in sorted(RECORDINGS.glob("*.jsonl"))])
async def test_a_flow_of_a_real_model_comes_to_a_program_that_passes_the_examples(name: str, judge: Judge) -> None:
    path = ROOT / "examples" / name / "problem.md"
    problem = parse_statement(path.read_text(encoding="utf-8"), path.name).problem
    assert problem is not None
    model = Recorded(RECORDINGS / f"{name}.jsonl")
    options = SolveOptions(n_samples=1, languages=("python",), seed=1)
    async with aclosing(STRATEGIES["alphacodium"].search(problem, options, model, judge)) as events:
        told = Run([event async for event in events])
    assert model.asked[:4] == ["self_reflection", "possible_solutions", "choose_best_solution", "generate_ai_tests"]
    thoughts = told.result.candidates[0].thoughts
    assert thoughts is not None
    assert thoughts.reflection
    assert thoughts.solution
    assert thoughts.tests
    assert told.result.candidates[0].passed == len(problem.examples)
