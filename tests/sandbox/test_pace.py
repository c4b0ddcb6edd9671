"""How fast the machine is, and that time limits go by it: longer on a slow one, where endless loops still end."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from alphacode_sandbox import LANGUAGES, Case, Judge, Limits, Program, Verdict
from alphacode_sandbox.compiler import Compiler, paths_of
from alphacode_sandbox.isolation import open_isolation
from alphacode_sandbox.pace import MOST, REFERENCE_S, factor_of, host_factor
from alphacode_sandbox.runner import Runner

BURNS = Program("python", "import time\nwhile time.process_time() < 0.3: pass\nprint(input())")
ENDLESS = Program("python", "while True: pass")
ECHO = Case("1", "1")
LIMITS = Limits(time_s=0.2 / LANGUAGES["python"].time_factor)


@asynccontextmanager
async def judge_on_a_machine(factor: float) -> AsyncIterator[Judge]:
    """One whose pace is what we say."""
    toolchain = LANGUAGES["python"].find()
    assert toolchain is not None
    async with open_isolation(paths_of({"python": toolchain})) as isolation:
        runner = Runner(isolation, 2)
        compiler = Compiler(runner, isolation.folder, {"python": toolchain}, host_factor=factor)
        yield Judge(runner, compiler, isolation.level, ())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a user who has run nothing yet, on a machine that has nothing else to do."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    return tmp_path / "alphacode" / "pace" / "factor"


def measured() -> float:
    async def measure() -> float:
        async with open_isolation([]) as isolation:
            return await host_factor(Runner(isolation, 1))

    return asyncio.run(measure())


@pytest.mark.parametrize(
    ("seconds", "factor"),
    [(0.001, 1), (REFERENCE_S, 1), (1.25 * REFERENCE_S, 1.25), (10 * REFERENCE_S, MOST)],
)
def test_never_below_one_and_never_far_above(seconds: float, factor: float) -> None:
    assert factor_of(seconds) == factor


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, Verdict.TLE), (2.0, Verdict.AC)])
async def test_a_slow_machine_gives_more_time(factor: float, verdict: Verdict) -> None:
    async with judge_on_a_machine(factor) as judge:
        judgement = await judge.test(BURNS, [ECHO], LIMITS)
        assert (judge.host_factor, judgement.verdict) == (factor, verdict)
        assert judgement.time_limit_s == pytest.approx(0.2 * factor)
        # What is shown is what was used, on this machine.
        assert 0.2 <= judgement.cases[0].run.cpu_s <= 0.6


async def test_a_first_look_gives_more_time_as_well() -> None:
    short = Limits(time_s=10)  # Of which a first look takes half a second, times Python's factor.
    burns = Program("python", BURNS.code.replace("0.3", "3"))
    async with judge_on_a_machine(1.0) as judge:
        assert await judge.sift(burns, [ECHO], short) is None
    async with judge_on_a_machine(2.0) as judge:
        judgement = await judge.sift(burns, [ECHO], short)
        assert judgement is not None
        assert judgement.verdict is Verdict.AC


async def test_an_endless_loop_ends_on_the_slowest_machine() -> None:
    async with judge_on_a_machine(MOST) as judge:
        judgement = await judge.test(ENDLESS, [ECHO], LIMITS)
    assert judgement.verdict is Verdict.TLE
    assert judgement.cases[0].run.cpu_s >= 0.2 * MOST


def test_measured_once(cache: Path) -> None:
    factor = measured()
    assert 1 <= factor <= MOST
    content = cache.read_text()
    assert content.startswith(f"{factor} ")
    cache.write_text(content.replace(f"{factor} ", "1.23 ", 1))
    assert measured() == 1.23


@pytest.mark.parametrize("content", ["", "1.5", "fast and", "0.5 {machine}", "nan {machine}", "1.23 another machine"])
def test_what_makes_no_sense_is_measured_again(cache: Path, content: str) -> None:
    measured()
    machine = cache.read_text().strip().split(" ", 1)[1]
    cache.write_text(content.format(machine=machine))
    assert 1 <= measured() <= MOST
    assert cache.read_text().strip().endswith(machine)


def test_not_kept_while_others_have_the_machine(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (1000.0, 0.0, 0.0))
    assert 1 <= measured() <= MOST
    assert not cache.exists()
