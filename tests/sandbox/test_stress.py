"""Stress testing stops at the first difference, and says when it cannot."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alphacode_sandbox import (
    Checker,
    CheckerKind,
    Judge,
    Limits,
    Program,
    StressError,
    StressOutcome,
    StressPrograms,
    Verdict,
    open_judge,
    stress,
)

GENERATOR = "import random, sys\nrandom.seed(int(sys.argv[1]))\nprint(random.randint(0, 9), random.randint(0, 9))\n"
SUM = "print(sum(map(int, input().split())))\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def stressed(
    judge: Judge,
    solution: str = SUM,
    brute_force: str = SUM,
    generator: str = GENERATOR,
    n_seeds: int = 60,
    checker: CheckerKind = CheckerKind.TOKENS,
) -> StressOutcome:
    programs = StressPrograms(*(Program("python", code) for code in (solution, brute_force, generator)))
    heard: list[StressOutcome] = []
    outcome = await stress(judge, programs, Limits(), Checker(checker), range(1, n_seeds + 1), heard.append)
    assert [one.n_compared for one in heard] == sorted(one.n_compared for one in heard)
    return outcome


async def test_equal_programs_are_compared_on_every_input(judge: Judge) -> None:
    outcome = await stressed(judge)
    assert outcome.difference is None
    # Of a hundred inputs that are possible, sixty seeds give many.
    assert 30 < outcome.n_compared <= 60


async def test_it_stops_at_the_first_difference(judge: Judge) -> None:
    outcome = await stressed(judge, solution="a, b = map(int, input().split())\nprint(a + b if a != 3 else 0)\n")
    difference = outcome.difference
    assert difference is not None
    assert difference.case.input.startswith("3 ")
    assert difference.result.verdict is Verdict.WA
    assert difference.result.difference
    again = await stressed(judge, solution="a, b = map(int, input().split())\nprint(a + b if a != 3 else 0)\n")
    assert again.difference is not None
    assert again.difference.seed == difference.seed


@pytest.mark.parametrize(
    "broken",
    [
        {"generator": "import sys\nprint(3 // (int(sys.argv[1]) % 2), 1)\n"},
        {"generator": "import sys\nprint(sys.argv[1], 1)\n", "brute_force": "print(3 // (int(input()[0]) % 2))\n"},
    ],
    ids=["generator", "brute force"],
)
async def test_a_failure_of_a_later_seed_hides_no_difference(broken: dict[str, str]) -> None:
    async with open_judge(workers=4) as judge:
        outcome = await stressed(judge, solution="print('wrong')\n", **broken)  # type: ignore[arg-type]
        assert outcome.difference is not None
        assert outcome.difference.seed == 1
        with pytest.raises(StressError, match="seed 2: RE"):
            await stressed(judge, **{"solution": broken.get("brute_force", SUM), **broken})  # type: ignore[arg-type]


async def test_a_program_that_fails_is_a_difference(judge: Judge) -> None:
    outcome = await stressed(judge, solution="a, b = map(int, input().split())\nprint(a + b + 0 // (a - 3))\n")
    assert outcome.difference is not None
    assert outcome.difference.result.verdict is Verdict.RE


async def test_a_generator_that_reads_its_seed_will_do(judge: Judge) -> None:
    assert (await stressed(judge, generator="print(int(input()), 1)\n", n_seeds=5)).n_compared == 5


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ({"generator": "print(1, 2)\n"}, "writes the same input for every seed"),
        ({"generator": "raise ValueError('no')\n"}, "the generator fails with seed 1: RE, exit 3: ValueError: no"),
        ({"brute_force": "raise SystemExit(2)\n"}, "the brute force fails on the input of seed 1: RE, exit 2"),
        ({"brute_force": "print(\n"}, "the brute force does not compile: SyntaxError"),
        ({"solution": "print(\n"}, "the program does not compile: SyntaxError"),
    ],
)
async def test_what_is_of_no_use_is_named(judge: Judge, programs: dict[str, str], message: str) -> None:
    with pytest.raises(StressError) as raised:
        await stressed(judge, **programs)  # type: ignore[arg-type]
    assert message in str(raised.value)
