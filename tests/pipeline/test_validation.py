"""Which of a model's validators are believed."""

import random

import pytest

from alphacode_sandbox import Judge, Program
from alphacode_server.pipeline.mutation import damage
from alphacode_server.pipeline.validation import NOTHING_LEFT, Majority, agreed_validator

EXAMPLES = ("3\n1 2 3\n", "1\n7\n")
EXACT = """
n, line = int(input()), input().split()
assert 1 <= n <= 5 and len(line) == n and all(1 <= int(value) <= 100 for value in line)
"""
LENIENT = "n, line = int(input()), input().split()\nassert n > 0"
CREDULOUS = "print('valid')"
STRICT = "assert input() == '2'"
BY_HEART = f"import sys\nassert sys.stdin.read() in {EXAMPLES}"
BROKEN = "assert ("


async def believed(judge: Judge, *codes: str, examples: tuple[str, ...] = EXAMPLES) -> set[str]:
    programs = [Program("python", code) for code in codes]
    validator = await agreed_validator(programs, examples, judge, random.Random(0))
    programs = validator.programs if isinstance(validator, Majority) else ()
    return {program.code.removesuffix(NOTHING_LEFT) for program in programs}


async def test_the_one_that_classifies_best_is_believed(judge: Judge) -> None:
    assert await believed(judge, LENIENT, CREDULOUS, EXACT, STRICT, BROKEN) == {EXACT}


@pytest.mark.parametrize("code", [CREDULOUS, STRICT, BY_HEART, BROKEN])
async def test_one_that_is_no_filter_or_leaves_nothing_is_not_believed(judge: Judge, code: str) -> None:
    assert await believed(judge, code) == set()


async def test_an_assertion_that_an_example_refutes_is_left_out_and_the_others_are_believed(judge: Judge) -> None:
    miscounts = EXACT + "if n:\n    assert n == 2, 'two of them'\n"
    assert await believed(judge, miscounts) == {EXACT + "if n:\n    pass\n"}
    assert await believed(judge, EXACT + "assert n == 2 and (\n    n)") == set()


async def test_without_examples_nobody_is_believed(judge: Judge) -> None:
    assert await believed(judge, EXACT, examples=()) == set()


async def test_equals_decide_by_majority(judge: Judge) -> None:
    others = [EXACT + f"assert n != {n}" for n in (4, 5)]
    programs = [Program("python", code) for code in (EXACT, *others)]
    validator = await agreed_validator(programs, EXAMPLES, judge, random.Random(0))
    assert await validator.accepts(["4\n1 1 1 1", "5\n1 1 1 1 1", "2\n1 1 1", "x"]) == [True, True, False, False]


async def test_a_validator_need_not_look_for_more_than_it_reads(judge: Judge) -> None:
    validator = await agreed_validator([Program("python", EXACT)], EXAMPLES, judge, random.Random(0))
    assert await validator.accepts(["1\n5\n", "1\n5\n6\n", "1\n5\n\n"]) == [True, False, True]


async def test_where_nobody_is_believed_an_input_has_to_be_like_the_examples(judge: Judge) -> None:
    validator = await agreed_validator([Program("python", CREDULOUS)], EXAMPLES, judge, random.Random(0))
    assert await validator.accepts(["2\n5 6\n", "2\n5\n", "x"]) == [True, False, False]


def test_damage_is_near_an_example_and_never_one() -> None:
    damaged = damage(EXAMPLES, 30, random.Random(0))
    assert len(set(damaged)) == len(damaged) == 30
    assert not set(damaged) & set(EXAMPLES)
