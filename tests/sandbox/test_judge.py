"""What a judge promises beyond single verdicts: order, stopping early, concurrency, cancellation, a clean end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Checker, Judge, Limits, Program, SandboxError, ToolchainMissing, Verdict, open_judge

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
        await judge.run(Program("python", "while True: pass"), [""], Limits(time_s=60))

asyncio.run(main())
"""
LONG = Limits(time_s=60)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


async def test_says_what_it_is(judge: Judge) -> None:
    assert judge.isolation == "L2"
    assert judge.languages == ("cpp", "python")


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
    with pytest.raises(ToolchainMissing, match=r"no language 'rust'; known are cpp, python"):
        await judge.compile(Program("rust", "fn main() {}"))


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
        await until(lambda: len(sandboxes()) == 2)
        tasks[0].cancel()
        await asyncio.wait([tasks[0]])
        await until(lambda: len(sandboxes()) == 2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert sandboxes() == []


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
    await until(lambda: len(sandboxes()) >= 1)
    began = asyncio.get_running_loop().time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sandboxes() == []
    assert asyncio.get_running_loop().time() - began < 1


async def test_cancelled_compilation_is_done_by_the_next(judge: Judge) -> None:
    program = Program("cpp", "#include <map>\n#include <regex>\nint main() { std::regex x; }")
    first, second = (asyncio.create_task(judge.compile(program)) for _ in range(2))
    await until(lambda: len(sandboxes()) == 1)
    first.cancel()
    assert (await second).ok
    assert first.cancelled()
    assert sandboxes() == []


async def test_closing_ends_what_runs() -> None:
    before = set(descendants(os.getpid()))
    async with open_judge() as judge:
        await judge.compile(ENDLESS)
        task = asyncio.create_task(judge.run(ENDLESS, [""], LONG))
        await until(lambda: len(sandboxes()) == 1)
    assert set(descendants(os.getpid())) <= before
    with pytest.raises(SandboxError, match="closed"):
        await task


async def test_lives_on_when_its_helper_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_judge(workers=1) as judge:
        doze = Program("python", "import time\ntime.sleep(0.7)\nprint(input())")
        await judge.compile(doze)
        task = asyncio.create_task(judge.run(doze, ["awake"], LONG))
        await until(lambda: len(sandboxes()) == 1)
        (helper,) = [launcher for launcher in launchers() if children(launcher)]
        # The sandbox may be anywhere in its start by now.
        os.kill(helper, signal.SIGKILL)
        await until(lambda: helper not in launchers() and sandboxes() != [])
        # The run that was lost is repeated by a new helper, and what the old one ran has died with it.
        assert len(sandboxes_naming(tmp_path)) <= 2
        (run,) = await task
        assert (run.verdict, run.stdout) == (Verdict.RUN, "awake\n")
        assert sandboxes_naming(tmp_path) == []


async def test_killed_judge_leaves_nothing(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", RUN_FOREVER, env=environment)
    await until(lambda: len(sandboxes_naming(tmp_path)) == 2)
    process.kill()
    await process.wait()
    await until(lambda: names_below(tmp_path) == [])
    assert sandboxes_naming(tmp_path) == []


async def test_files_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_judge() as judge:
        await judge.compile(ECHO)
        assert "main.py" in names_below(tmp_path)
    assert names_below(tmp_path) == []


def names_below(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


async def until(condition: Callable[[], bool]) -> None:
    """The processes of others give no event to wait for, so this looks again and again; the test's timeout ends it."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def descendants(pid: int | None = None) -> list[int]:
    try:
        direct = children(pid or os.getpid())
    except FileNotFoundError:
        return []
    return [one for child in direct for one in (child, *descendants(child))]


def launchers() -> list[int]:
    return [pid for pid in children(os.getpid()) if names(pid, "launcher.py")]


def sandboxes_naming(folder: Path) -> list[int]:
    """Two processes for each run whose program lies in `folder`, on the whole machine."""
    return [pid for pid in everybody() if names(pid, folder) and not names(pid, "launcher.py")]


def everybody() -> list[int]:
    return [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit()]


def names(pid: int, what: str | Path) -> bool:
    """Whether a command line has `what` in it; one that has ended has none."""
    try:
        return str(what).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def sandboxes() -> list[int]:
    """Every bubblewrap of ours, and whatever it has left behind."""
    return [pid for launcher in launchers() for pid in children(launcher)]
