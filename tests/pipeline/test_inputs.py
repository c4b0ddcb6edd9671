"""Inputs: families of generators, what the agreed validator leaves of them, and mutation where there is no model."""

import random

import pytest

from alphacode_sandbox import Case, Judge, Program
from alphacode_server.pipeline import SolveOptions
from alphacode_server.pipeline.generation import MAX_CHARS, Family, generate
from alphacode_server.pipeline.inputs import N_LARGE, input_source, n_written
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.protocol import JobWarning, SolveEvent
from tests.pipeline.scripted import GENERATOR, VALIDATOR, ScriptedModel

PROBLEM = Problem("Sum", "Print the sum of n integers.", (Case("3\n1 2 3\n", "6\n"), Case("1\n7\n", "7\n")))
GOOD = """
import random
n = random.randint(1, 5000)
print(n)
print(*[random.randint(1, 100) for _ in range(n)])
"""
FORGETFUL = "import random\nprint(*[random.randint(1, 100) for _ in range(random.randint(1, 9))])"
CHECK = """
import sys
n, *values = map(int, sys.stdin.read().split())
assert 1 <= n <= 5000 and len(values) == n and all(1 <= value <= 100 for value in values)
"""
OPTIONS = SolveOptions(n_samples=16, seed=3)


def is_valid(text: str) -> bool:
    n, *values = map(int, text.split())
    return len(values) == n


@pytest.mark.parametrize(
    ("family", "sizes"),
    [
        (Family.SMALL, range(1, 8)),
        (Family.RANDOM, range(1, 5001)),
        (Family.EXTREME, {1, 2, 4999, 5000}),
        (Family.LARGE, {5000}),
    ],
)
async def test_one_program_gives_every_family(judge: Judge, family: Family, sizes: set[int]) -> None:
    inputs = await generate(Program("python", GOOD), family, 12, judge, random.Random(0))
    assert len(inputs) == 12
    assert all(map(is_valid, inputs))
    assert {int(text.split()[0]) for text in inputs} <= set(sizes)
    assert inputs == await generate(Program("python", GOOD), family, 12, judge, random.Random(0))


@pytest.mark.parametrize("call", ["randint(-7, -7)", "randrange(3)", "randrange(-9, 5, 3)", "randrange(9, 2, -2)"])
async def test_integers_stay_in_the_range_that_the_program_asks_for(judge: Judge, call: str) -> None:
    allowed = {"randint": range(-7, -6), "randrange": eval(call[4:]) if "range" in call else range(0)}
    for family in Family:
        program = Program("python", f"import random\nprint(random.{call})")
        printed = await generate(program, family, 5, judge, random.Random(0))
        assert {int(text) for text in printed} <= set(allowed[call.split("(")[0]]), family


async def test_long_inputs_are_for_speed_alone(judge: Judge) -> None:
    program = Program("python", f"print('x' * {MAX_CHARS + 1})")
    assert await generate(program, Family.RANDOM, 1, judge, random.Random(0)) == ()
    assert len(await generate(program, Family.LARGE, 1, judge, random.Random(0))) == 1


async def test_generators_and_mutants_that_the_validator_rejects_are_dropped(judge: Judge) -> None:
    model = ScriptedModel({VALIDATOR: [CHECK], GENERATOR: [FORGETFUL, GOOD]})
    source = await input_source(PROBLEM, model, judge, OPTIONS, Report(lambda event: None))
    inputs = [*await source.draw(40), *await source.draw(40)]
    assert 60 < len(set(inputs)) == len(inputs) <= 80
    assert all(map(is_valid, inputs))
    assert not set(inputs) & {case.input for case in PROBLEM.examples}
    large = await source.draw_large()
    assert 0 < len(large) <= N_LARGE
    assert all(text.startswith("5000\n") for text in large)


async def test_invalid_inputs_are_better_than_none(judge: Judge) -> None:
    narrow = CHECK + "assert values == [1, 2, 3] or n == 1 and values[0] <= 10"
    source = await input_source(PROBLEM, ScriptedModel({VALIDATOR: [narrow]}), judge, OPTIONS, Report(print))
    assert len(await source.draw(50)) == 10


async def test_without_a_model_the_examples_are_mutated(judge: Judge) -> None:
    source = await input_source(PROBLEM, None, judge, OPTIONS, Report(print))
    again = await input_source(PROBLEM, None, judge, OPTIONS, Report(print))
    inputs = await source.draw(50)
    assert len(set(inputs)) == 50
    assert inputs == await again.draw(50)
    assert await source.draw_large() == ()


async def test_without_examples_there_is_what_the_generators_print(judge: Judge) -> None:
    problem = Problem("Sum", PROBLEM.statement)
    model = ScriptedModel({VALIDATOR: [CHECK], GENERATOR: [GOOD]})
    source = await input_source(problem, model, judge, OPTIONS, Report(print))
    assert len(await source.draw(20)) == 20
    assert await (await input_source(problem, None, judge, OPTIONS, Report(print))).draw(20) == ()


async def test_an_engine_that_fails_leaves_mutation_and_a_warning(judge: Judge) -> None:
    events = list[SolveEvent]()
    source = await input_source(PROBLEM, ScriptedModel({}), judge, OPTIONS, Report(events.append))
    assert len(await source.draw(20)) == 20
    warnings = [event.message for event in events if isinstance(event, JobWarning)]
    assert warnings == [
        "the model wrote 0 of 3 generators: not in the script",
        "the model wrote 0 of 2 validators: not in the script",
    ]


def test_what_is_written_grows_with_the_search() -> None:
    assert n_written(16) == (3, 2)
    assert n_written(128) == (6, 3)
    assert n_written(1000) == (16, 8)
    assert n_written(1_000_000) == (16, 8)
