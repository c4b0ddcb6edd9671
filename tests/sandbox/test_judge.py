"""What a judge promises beyond single verdicts: order, stopping early, concurrency, cancellation, a clean end."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import (
    LANGUAGES,
    Case,
    Checker,
    Judge,
    Limits,
    Program,
    SandboxError,
    ToolchainMissing,
    Verdict,
    open_judge,
)
from alphacode_sandbox.isolation.bubblewrap import find_bubblewrap
from tests.processes import descendants, naming, runs, until
from tests.sandbox.levels import temporary_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

ECHO = Program("python", "print(input())")
ENDLESS = Program("python", "print('started', flush=True)\nwhile True: pass")
SLEEP = Program("python", "import time\ntime.sleep(1000)")
# A judge in a process of its own.
RUN_FOREVER = """
import asyncio
from alphacode_sandbox import Limits, Program, open_judge

async def main():
    async with open_judge() as judge:
        endless = Program("python", "while True: pass")
        await judge.compile(endless)
        print("compiled", flush=True)
        await judge.run(endless, [""], Limits(time_s=60))

asyncio.run(main())
"""
LONG = Limits(time_s=60)
WAITING_BUBBLEWRAP = """#!/bin/sh
[ "$1" = --help ] && exec {real} --help
touch {place}/started
while [ -e {place}/wait ]; do sleep 0.01; done
exec {real} "$@"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


async def test_says_what_it_is(judge: Judge) -> None:
    better = ["L3", "L2", "L1"][: len(judge.shortfalls)]
    assert [reason.partition(":")[0] for reason in judge.shortfalls] == better
    assert judge.isolation == f"L{3 - len(better)}"
    assert {"cpp", "python"} <= set(judge.languages) <= set(LANGUAGES)


async def test_runs_come_back_in_order(judge: Judge) -> None:
    runs = await judge.run(ECHO, [str(number) for number in range(12)], Limits())
    assert [run.stdout for run in runs] == [f"{number}\n" for number in range(12)]
    assert {run.verdict for run in runs} == {Verdict.RUN}


async def test_cases_all_run_unless_asked_to_stop(judge: Judge) -> None:
    cases = [Case("1", "1"), Case("2", "3"), Case("4", "4")]
    judgement = await judge.test(ECHO, cases, Limits())
    assert [case.verdict for case in judgement.cases] == ["AC", "WA", "AC"]
    assert (judgement.verdict, judgement.passed) == (Verdict.WA, 2)
    stopped = await judge.test(ECHO, cases, Limits(), stop_at_first_failure=True)
    assert [case.verdict for case in stopped.cases] == ["AC", "WA"]
    assert stopped.cases[1].difference == "line 1: expected `3`, got `2`"


async def test_checker_is_used(judge: Judge) -> None:
    cases = [Case("YES", "yes")]
    assert (await judge.test(ECHO, cases, Limits())).verdict is Verdict.WA
    assert (await judge.test(ECHO, cases, Limits(), Checker.named("alphacode"))).verdict is Verdict.AC


async def test_nothing_expected_is_run_and_not_judged(judge: Judge) -> None:
    assert (await judge.test(ECHO, [Case("1"), Case("2")], Limits())).verdict is Verdict.RUN
    assert (await judge.test(ECHO, [Case("1"), Case("2", "2")], Limits())).verdict is Verdict.AC
    assert (await judge.test(ECHO, [], Limits())).verdict is Verdict.RUN


async def test_program_that_does_not_compile(judge: Judge) -> None:
    broken = Program("python", "x = = 3")
    compilation = await judge.compile(broken)
    assert not compilation.ok
    assert compilation.output.splitlines()[0] == '  File "main.py", line 1'
    assert await judge.run(broken, ["1", "2"], Limits()) == ()
    judgement = await judge.test(broken, [Case("1", "1")], Limits())
    assert (judgement.verdict, judgement.compile_output) == (Verdict.CE, compilation.output)


async def test_compiles_once(judge: Judge) -> None:
    # The compiler writes its own process times into the program, so a second compilation would show.
    program = Program("cpp", "#include <cstdio>\nint main() { puts(__TIME__); fputs(__FILE__, stderr); }\n// once")
    outputs = {run.stdout for _ in range(2) for run in await judge.run(program, ["", ""], Limits())}
    assert len(outputs) == 1


async def test_diagnostics_are_cut(judge: Judge) -> None:
    compilation = await judge.compile(Program("cpp", "#warning " + "x" * 200_000 + "\nint main() {}"))
    assert compilation.ok
    assert len(compilation.output) < 20_000
    assert compilation.output.endswith("(and more, cut here)")


async def test_text_that_is_not_unicode_is_run(judge: Judge) -> None:
    (run,) = await judge.run(ECHO, ["\ud800"], Limits())
    assert (run.verdict, run.stdout) == (Verdict.RUN, "?\n")


async def test_time_factor_of_the_language(judge: Judge) -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    (run,) = await judge.run(Program("python", burn), [""], Limits(time_s=0.15))
    assert run.verdict is Verdict.RUN
    assert 0.2 <= run.cpu_s <= 0.45


async def test_unknown_language(judge: Judge) -> None:
    with pytest.raises(ToolchainMissing, match=r"no language 'intercal'; known are cpp, .*python"):
        await judge.compile(Program("intercal", "PLEASE GIVE UP"))


async def test_large_input_and_output(judge: Judge) -> None:
    text = "x" * 20_000_000
    program = Program("python", "text = input()\nprint(len(text))\nprint(text[:900_000])")
    (run,) = await judge.run(program, [text], Limits(time_s=5))
    assert run.verdict is Verdict.RUN
    assert run.stdout == f"20000000\n{'x' * 900_000}\n"


async def test_no_more_at_a_time_than_workers() -> None:
    async with open_judge(workers=2) as judge:
        await judge.compile(SLEEP)
        tasks = [asyncio.create_task(judge.run(SLEEP, [""], LONG)) for _ in range(5)]
        await until(lambda: len(runs()) == 2)
        first = runs()
        tasks[0].cancel()
        await asyncio.wait([tasks[0]])
        await until(lambda: len(runs()) == 2)
        assert runs() != first
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert runs() == []


async def test_many_programs_at_a_time(judge: Judge) -> None:
    programs = [Program("python", f"print({number} + int(input()))") for number in range(10)]
    judgements = await asyncio.gather(
        *(judge.test(program, [Case("1", str(number + 1))], Limits()) for number, program in enumerate(programs))
    )
    assert {judgement.verdict for judgement in judgements} == {Verdict.AC}


@pytest.mark.parametrize("program", [ENDLESS, SLEEP], ids=["busy", "idle"])
async def test_cancelled_run_leaves_no_process(judge: Judge, program: Program) -> None:
    await judge.compile(program)
    task = asyncio.create_task(judge.run(program, ["", "", ""], LONG))
    await until(lambda: len(runs()) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runs() == []


async def test_cancelled_compilation_is_done_by_the_next(judge: Judge) -> None:
    program = Program("cpp", "#include <map>\n#include <regex>\nint main() { std::regex x; }")
    first, second = (asyncio.create_task(judge.compile(program)) for _ in range(2))
    await until(lambda: len(runs()) == 1)
    first.cancel()
    assert (await second).ok
    assert first.cancelled()
    assert runs() == []


async def test_closing_ends_what_runs() -> None:
    before = set(descendants(os.getpid()))
    async with open_judge() as judge:
        await judge.compile(ENDLESS)
        task = asyncio.create_task(judge.run(ENDLESS, [""], LONG))
        await until(lambda: len(runs()) == 1)
    assert set(descendants(os.getpid())) <= before
    with pytest.raises(SandboxError, match="closed"):
        await task


async def test_killed_judge_leaves_nothing(folder: Path) -> None:
    process = await start_judge(folder)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"compiled\n"
    assert naming(folder) != []
    await kill(process)
    await until(lambda: naming(folder) == [] and names_below(folder) == [])


async def test_judge_that_is_killed_before_bubblewrap_starts(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "wait").touch()
    (tmp_path / "bwrap").write_text(WAITING_BUBBLEWRAP.format(real=find_bubblewrap(), place=tmp_path))
    (tmp_path / "bwrap").chmod(0o755)
    process = await start_judge(folder, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    await until((tmp_path / "started").exists)
    await kill(process)
    assert naming(folder) != []
    (tmp_path / "wait").unlink()
    await until(lambda: naming(folder) == [] and names_below(folder) == [])


async def test_files_are_gone_afterwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    async with open_judge() as judge:
        await judge.compile(ECHO)
        assert "main.py" in names_below(folder)
    assert names_below(folder) == []


def names_below(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


async def start_judge(folder: Path, **environment: str) -> asyncio.subprocess.Process:
    """A judge in a process of its own, whose files lie in `folder`."""
    environment = {**os.environ, **environment, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", RUN_FOREVER]
    return await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)


async def kill(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()
