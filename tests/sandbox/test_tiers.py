"""The first look at a program: what it turns away, and what it leaves to the judge tier.

Programs tell by a macro which compiler they were made by, and so which tier they are looked at in.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Judge, Judgement, Limits, Program, Verdict, open_judge
from tests.missing import missing

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = [Case("", "1"), Case("", "1")]
LIMITS = Limits(time_s=1)
PROGRAM = """
#include <bits/stdc++.h>
int main() {{
#ifdef __clang__
    {fast}
#else
    {judge}
#endif
}}
"""
RIGHT, WRONG = 'puts("1");', 'puts("2");'
SLOW = 'while (clock() < CLOCKS_PER_SEC * 7 / 10 * HOST_FACTOR) {} puts("1");'
HUNGRY = "std::vector<char> v(2000 << 20);"
BROKEN = "#error refused"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Judge]:
    """One whose filter tier is ready: the header that it takes has been precompiled."""
    if shutil.which("clang++") is None:
        missing("clang++ is not installed: without it there is no filter tier for C++")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache := tmp_path_factory.mktemp("cache")))
        async with open_judge() as judge:
            for number in range(3):
                # Until then everything is compiled in the judge tier.
                program = Program("cpp", PROGRAM.format(fast=WRONG, judge=f"{RIGHT} // {number}"))
                assert verdict_of(await judge.sift(program, CASES)) is Verdict.AC
            while not list(cache.rglob("*.pch")):  # noqa: ASYNC110 - the file is all there is to see of it
                await asyncio.sleep(0.02)
            yield judge


@pytest.mark.parametrize(
    ("fast", "judged", "verdict"),
    [
        pytest.param(RIGHT, RIGHT, "AC", id="right"),
        pytest.param(WRONG, RIGHT, "WA", id="turned away"),
        pytest.param("abort();", RIGHT, "RE", id="turned away for crashing"),
        pytest.param(RIGHT, WRONG, "WA", id="passing is for the judge tier to say"),
        pytest.param(RIGHT, SLOW, "AC", id="what passes is given all its time"),
        pytest.param(BROKEN, RIGHT, "AC", id="refused by the fast compiler"),
        pytest.param(BROKEN, BROKEN, "CE", id="refused by both"),
        pytest.param(HUNGRY, RIGHT, "AC", id="out of memory when not optimised"),
        pytest.param(SLOW, RIGHT, None, id="too slow when not optimised"),
        pytest.param(BROKEN, SLOW, None, id="too slow and refused by the fast compiler"),
    ],
)
async def test_sift(judge: Judge, fast: str, judged: str, verdict: str | None) -> None:
    code = PROGRAM.format(fast=fast, judge=judged).replace("HOST_FACTOR", str(judge.host_factor))
    judgement = await judge.sift(Program("cpp", code), CASES, LIMITS)
    assert verdict_of(judgement) == verdict


async def test_diagnostics_are_the_judge_tiers(judge: Judge) -> None:
    broken = Program("cpp", PROGRAM.format(fast="#error fast", judge="#error judge"))
    judgement = await judge.sift(broken, CASES)
    assert judgement is not None
    assert "#error judge" in judgement.compile_output


async def test_everything_else_means_the_judge_tier(judge: Judge) -> None:
    program = Program("cpp", PROGRAM.format(fast=WRONG, judge=RIGHT))
    assert verdict_of(await judge.sift(program, CASES)) is Verdict.WA
    assert (await judge.test(program, CASES)).verdict is Verdict.AC
    assert [run.stdout for run in await judge.run(program, [""])] == ["1\n"]


async def test_stops_at_the_first_failure(judge: Judge) -> None:
    judgement = await judge.sift(Program("cpp", PROGRAM.format(fast=WRONG, judge=RIGHT)), CASES)
    assert judgement is not None
    assert len(judgement.cases) == 1


async def test_a_language_without_a_fast_compiler(judge: Judge) -> None:
    for code, verdict in (("print(1)", Verdict.AC), ("print(2)", Verdict.WA), ("print(", Verdict.CE)):
        assert verdict_of(await judge.sift(Program("python", code), CASES)) is verdict
    # With a limit as short as the first look's there is nothing to wait for.
    endless = Program("python", "while True: pass")
    assert verdict_of(await judge.sift(endless, CASES, Limits(time_s=0.1))) is Verdict.TLE


def verdict_of(judgement: Judgement | None) -> Verdict | None:
    return judgement and judgement.verdict
