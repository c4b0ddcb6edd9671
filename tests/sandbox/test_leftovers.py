"""What one run leaves, the next one cannot see, and when a judge has closed nothing of it is left on the machine."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, CheckerProgram, Judge, Limits, Program, SandboxError, Verdict
from alphacode_sandbox.isolation import LEVELS
from alphacode_sandbox.isolation.cell import _USERS
from benchmarks.soak import Footprint, naming
from tests.sandbox.levels import SAFE, judge_at, judge_with, must_reach, temporary_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROGRAMS = Path(__file__).parent / "leftovers"
LANGUAGES = ("cpp", "python")
# A judge in a process of its own, which runs a program of each language for ever.
FOR_EVER = """
import asyncio, sys
from alphacode_sandbox import Limits, Program, open_judge
from alphacode_sandbox.isolation import LEVELS

async def main():
    programs = Program("python", "while True: pass"), Program("cpp", "int main() { for (;;); }")
    async with open_judge(layers=LEVELS[sys.argv[1]]) as judge:
        await asyncio.gather(*(judge.run(program, [""], Limits(time_s=60)) for program in programs))

asyncio.run(main())
"""


@pytest.fixture(scope="module", params=SAFE)
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge(level: str) -> AsyncIterator[Judge]:
    """With one worker, so that runs follow each other in one place."""
    async with judge_at(level, workers=1) as judge:
        yield judge


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where judges make their files."""
    with temporary_folder() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        yield folder


@pytest.fixture
def bystander() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, PROGRAMS / "bystander.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate()


@pytest.mark.parametrize("seeing", LANGUAGES)
@pytest.mark.parametrize("leaving", LANGUAGES)
@pytest.mark.parametrize("n_runs", [1, 4], ids=["one", "many"])
async def test_next_run_sees_nothing(level: str, judge: Judge, seeing: str, leaving: str, n_runs: int) -> None:
    see, leave = program("see", seeing), program("leave", leaving)
    inputs = ["some input\n"] * n_runs
    for language in {seeing, leaving}:
        must_reach(level, language)
    before = await judge.run(see, inputs)
    left = await judge.run(leave, inputs)
    after = await judge.run(see, inputs)
    assert [run.verdict for run in left] == [Verdict.RUN] * n_runs
    assert [run.verdict for run in before] == [Verdict.RUN] * n_runs
    assert "some input" in before[0].stdout
    assert {run.stdout for run in after} == {run.stdout for run in before}


async def test_scratch_folder_is_empty(level: str, judge: Judge) -> None:
    """Only programs that judge have one."""
    must_reach(level, "python")
    one, case = Program("python", "print(1)"), [Case("", "1")]
    fill, show = (CheckerProgram(program(name, "python")) for name in ("fill_scratch", "list_scratch"))
    assert (await judge.test(one, case, checker=fill)).verdict == "AC"
    judgement = await judge.test(one, case, checker=show)
    assert (judgement.verdict, judgement.cases[0].difference) == ("WA", "nothing")


async def test_programs_of_others_are_out_of_reach(level: str, folder: Path) -> None:
    """Their sources, their executables, and the files of a case with the expected output."""
    others = [Program("python", "print('secret')"), Program("cpp", '#include <cstdio>\nint main() { puts("secret"); }')]
    wait = CheckerProgram(Program("python", "import time\ntime.sleep(1)"))
    steal = program("steal", "python")
    async with judge_at(level, workers=2) as judge:
        must_reach(level, "python")
        await asyncio.gather(*(judge.compile(one) for one in (*others, wait.program, steal)))
        judging = asyncio.create_task(judge.test(others[0], [Case("", "secret")], checker=wait))
        # A checker that is at work gives no event to wait for.
        while not (paths := with_secrets(folder)):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        (run,) = await judge.run(steal, [" ".join(map(str, paths))])
        assert run.stdout == "nothing\n"
        assert (await judging).verdict == "AC"
        assert {path.name for path in paths} >= {"answer", "main.py", "main.cpp", "program"}


async def test_no_signal_reaches_others(judge: Judge, bystander: "subprocess.Popen[str]") -> None:
    runs = await judge.run(program("signal", "cpp"), [str(bystander.pid)] * 4)
    assert {run.verdict for run in runs} == {Verdict.RUN}
    assert bystander.communicate()[0] == ""
    assert bystander.returncode == 0


async def test_both_would_be_seen_without_layers(folder: Path, bystander: "subprocess.Popen[str]") -> None:
    others = [Program("python", "print('secret')"), Program("cpp", "// secret\nint main() {}")]
    must_reach("L1", "python")
    async with judge_with(LEVELS["L0"]) as judge:
        await asyncio.gather(*(judge.compile(one) for one in others))
        paths = with_secrets(folder, wanted="main.cpp")
        (run,) = await judge.run(program("steal", "python"), [" ".join(map(str, paths))])
        assert run.stdout.count("secret") >= len(others)
        await judge.run(program("signal", "cpp"), [str(bystander.pid)])
    if os.getuid() != 0:  # A root user's programs are another user's, whose signals reach nobody.
        assert "got" in bystander.communicate()[0]


async def test_nothing_is_left_on_the_machine(level: str, folder: Path, bystander: "subprocess.Popen[str]") -> None:
    before, shared = Footprint.now(folder), shared_files()
    endless = Program("python", "while True: pass")
    async with judge_at(level) as judge:
        must_reach(level, "python")
        programs = [program(name, language) for name in ("see", "leave") for language in LANGUAGES]
        await asyncio.gather(*(judge.run(one, ["x"] * 5) for one in (*programs, Program("cpp", "no"))))
        cancelled = asyncio.create_task(judge.run(endless, ["", ""], Limits(time_s=60)))
        closed = asyncio.create_task(judge.run(endless, ["y"], Limits(time_s=60)))
        await judge.run(programs[0], [""])
        cancelled.cancel()
    with pytest.raises(SandboxError, match="closed"):
        await closed
    assert Footprint.now(folder) == before
    await until(lambda: shared_files() <= shared)
    assert bystander.poll() is None


async def test_cancelled_start_leaves_nothing(level: str, folder: Path) -> None:
    """Cells are replaced after a violation, so that each of these runs starts one."""
    violation = Program("cpp", "#include <sys/socket.h>\nint main() { socket(AF_INET, SOCK_STREAM, 0); }")
    async with judge_at(level, workers=1) as judge:
        await judge.compile(violation)
        for moment in range(30):
            task = asyncio.create_task(judge.run(violation, [""]))
            await asyncio.wait([task], timeout=moment / 1000)
            task.cancel()
            await asyncio.wait([task])
    await until(lambda: not naming(folder))
    assert Footprint.now(folder).groups == 0


@pytest.mark.parametrize("n_processes", [2, 5, 8])
async def test_killed_judge_leaves_nothing(folder: Path, level: str, n_processes: int) -> None:
    """Killed while it starts and while programs run: as soon as there are so many processes of it."""
    must_reach(level, "python")
    async with judge_at(level):
        pass
    command = [sys.executable, "-c", FOR_EVER, level]
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | {"TMPDIR": str(folder)})
    await until(lambda: len(naming(folder)) >= n_processes)
    process.kill()
    await process.wait()
    await until(lambda: not naming(folder))
    await until(lambda: not Footprint.now(folder, process.pid).files)
    await until(lambda: not Footprint.now(folder, process.pid).groups)


async def until(condition: Callable[[], bool]) -> None:
    """Other processes give no event to wait for."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def program(name: str, language: str) -> Program:
    suffix = {"cpp": "cpp", "python": "py"}[language]
    return Program(language, (PROGRAMS / f"{name}.{suffix}").read_text())


def with_secrets(folder: Path, wanted: str = "answer") -> list[Path]:
    """Every file that nobody may see, once the wanted one is there."""
    paths = [path for path in folder.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]
    return paths if any(path.name == wanted for path in paths) else []


def shared_files() -> set[str]:
    """What is in places that all processes share: files of users that only cells are, and what programs here make."""
    found = set()
    for path in (path for folder in ("/tmp", "/dev/shm", "/var/tmp") for path in Path(folder).iterdir()):
        with suppress(FileNotFoundError):
            if path.lstat().st_uid in _USERS or path.name.startswith("alphacode-hostile"):
                found.add(str(path))
    keys = (line.split()[0] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:])
    return found | {key for key in keys if int(key) & 0xFFFFFFFF == 0xA1FAC0DE}
