"""Flows over what a real model replied (Qwen2.5-Coder 1.5B at 4 bits, one flow a problem), as `--log` keeps it.

Replies are handed out by what was asked, in the order in which they were given.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

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


async def told_of(name: str, judge: Judge) -> tuple[Run, Recorded]:
    path = ROOT / "examples" / name / "problem.md"
    problem = parse_statement(path.read_text(encoding="utf-8"), path.name).problem
    assert problem is not None
    model = Recorded(RECORDINGS / f"{name}.jsonl")
    options = SolveOptions(n_samples=1, languages=("python",), seed=1)
    async with aclosing(STRATEGIES["alphacodium"].search(problem, options, model, judge)) as events:
        return Run([event async for event in events]), model


async def test_a_wrong_test_of_a_real_model_has_no_weight(judge: Judge) -> None:
    told, model = await told_of("watermelon", judge)
    assert model.asked == [
        "self_reflection", "possible_solutions", "choose_best_solution", "generate_ai_tests",
        "initial_code", "brute_force",
    ]  # fmt: skip
    (candidate,) = told.result.candidates
    thoughts = candidate.thoughts
    assert thoughts is not None
    assert len(thoughts.reflection) == 6
    assert thoughts.solution == "1. Check if the weight is even"
    # It wrote on to the token limit; the first test, which is the example, and all after the seventh are left out.
    wrong = {test.input for test in thoughts.tests if (test.output == "YES\n") != (int(test.input) % 2 == 0)}
    doubted = {test.input for test in thoughts.tests if test.weight < 0.5}
    assert (len(thoughts.tests), wrong, doubted) == (6, {"10\n"}, {"10\n"})
    assert (candidate.passed, candidate.total) == (1, 1)
    assert told.result.cost is not None
    assert (told.result.cost.calls, told.result.cost.tokens) == (10, 1876)
