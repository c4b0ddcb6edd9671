"""Flows over what a real model replied."""

from contextlib import aclosing

import pytest

from alphacode_sandbox import Judge, Program, Verdict
from alphacode_server.evaluation.datasets import read_dataset
from alphacode_server.pipeline import SolveOptions
from alphacode_server.problem import Problem, parse_statement
from alphacode_server.protocol import CostBody
from alphacode_server.strategies import STRATEGIES
from tests.strategies.recordings import ROOT, Recorded
from tests.strategies.scripted import Run

PROBLEMS = ROOT.parent / "shared" / "data" / "problems"
N_TOKENS = 3000
ENDED = f"flow 1: it ends early: the budget of {N_TOKENS} tokens is spent"


async def replayed(name: str, problem: Problem, judge: Judge, options: SolveOptions) -> tuple[Run, Recorded]:
    model = Recorded(name)
    async with aclosing(STRATEGIES["alphacodium"].search(problem, options, model, judge)) as events:
        return Run([event async for event in events]), model


async def test_a_wrong_test_of_a_real_model_has_no_weight(judge: Judge) -> None:
    path = ROOT / "examples" / "watermelon" / "problem.md"
    problem = parse_statement(path.read_text(encoding="utf-8"), path.name).problem
    assert problem is not None
    told, model = await replayed("watermelon", problem, judge, SolveOptions(n_samples=1, languages=("python",)))
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


@pytest.mark.parametrize(
    ("name", "language", "examples", "calls", "tokens"),
    [
        ("gcpc2021/brentering", "cpp", ["3/3"], 20, 2932),
        ("gcpc2022/improvingit", "python", ["0/2"], 11, 3004),
        ("gcpc2022/kokids", "python", ["1/4"], 10, 3139),
        ("gcpc2023/balloondarts", "python", ["2/3"], 10, 3537),
        ("gcpc2023/germanconferenceforpubliccounting", "cpp", ["0/5"], 18, 2578),
        ("gcpc2023/kaldoriaknights", "python", ["0/3"], 13, 3333),
        ("kth-challenge-2018/mathemagicians", "cpp", ["1/2"], 16, 3064),
        ("kth-challenge-2019/assassins", "python", ["0/2"], 10, 3070),
        ("kth-challenge-2019/meowfactor2", "cpp", [], 7, 3283),
        ("nwerc2023/arrangingadapters", "cpp", ["0/2"], 15, 3142),
    ],
)
async def test_what_a_flow_comes_to_on_contest_problems(
    judge: Judge, name: str, language: str, examples: list[str], calls: int, tokens: int
) -> None:
    """It ends with its best program, which seldom passes the examples, and says where the tokens end."""
    if not PROBLEMS.exists():
        pytest.skip(f"{PROBLEMS} is missing: contest statements are kept beside the project, not in it")
    (entry,) = read_dataset(PROBLEMS / name)
    options = SolveOptions(n_samples=1, languages=(language,), max_tokens=N_TOKENS)
    told, model = await replayed(name.split("/")[1], entry.problem, judge, options)
    assert [f"{candidate.passed}/{candidate.total}" for candidate in told.result.candidates] == examples
    assert told.result.cost == CostBody(calls, tokens)
    assert model.n_left == 0, "it asks what it asked when this was recorded"
    assert told.warnings == ([ENDED] if tokens >= N_TOKENS else [])
    for candidate in told.result.candidates:
        program = Program(candidate.language, candidate.code)
        judgement = await judge.test(program, entry.cases, entry.limits, entry.checker, stop_at_first_failure=True)
        assert (judgement.verdict is Verdict.AC) == (candidate.passed == candidate.total)
