"""What becomes of a judge's cells: lost, spoilt, worn out, cancelled, and never more than there are workers."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Judge, Limits, Program, RunResult, Verdict, open_judge
from alphacode_sandbox.isolation import LEVELS, Bounds, Command, Isolation, Outcome, Profile, open_isolation, pool
from alphacode_sandbox.toolchains.toolchain import LOADERS, RUNTIME, TOOLS, existing
from tests.missing import missing
from tests.processes import cells, children, runs, sleeps, until
from tests.sandbox.levels import SAFE, judge_at, temporary_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

ECHO = Program("cpp", "#include <iostream>\nint main() { std::cout << std::cin.rdbuf(); }")
DOZE = Program(
    "cpp", "#include <iostream>\n#include <unistd.h>\nint main() { sleep(1); std::cout << std::cin.rdbuf(); }"
)
SLEEP = Program("cpp", "#include <unistd.h>\nint main() { pause(); }")
ENDLESS = Program("cpp", "int main() { for (;;); }")
VIOLATION = Program("cpp", "#include <sys/socket.h>\nint main() { socket(AF_INET, SOCK_STREAM, 0); }")
VIOLATION_THEN_SLEEP = Program(
    "cpp",
    "#include <iostream>\n#include <sys/socket.h>\n#include <unistd.h>\n"
    "int main() { std::cin.get() == 'v' ? socket(AF_INET, SOCK_STREAM, 0) : pause(); }",
)
# With several inputs a program is started once, up to here.
SLEEPS_BEFORE_MAIN = Program(
    "cpp", "#include <unistd.h>\n__attribute__((constructor)) void wait() { pause(); }\nint main() {}"
)
# Says what only the template's library says: that it is ready to be forked.
TAKES_THE_TEMPLATE_OVER = Program(
    "cpp",
    """
#include <unistd.h>
__attribute__((constructor)) void take_over() {
    int ready = 0;
    if (write(3, &ready, sizeof ready) == sizeof ready) pause();
}
int main() {}
""",
)
TAKES_SECONDS_TO_COMPILE = Program(
    "cpp",
    """
constexpr long count() {
    long sum = 0;
    for (int i = 0; i < 9000; i++) for (int j = 0; j < 1000; j++) sum += j;
    return sum;
}
int main() { static_assert(count() > 0); }
""",
)
LONG = Limits(time_s=60)


@pytest.fixture(scope="module", params=SAFE)
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge(level: str) -> AsyncIterator[Judge]:
    """With one worker and programs that need one cell, so that there is one."""
    async with judge_at(level, workers=1) as judge:
        for program in (ECHO, DOZE, SLEEP, ENDLESS, VIOLATION, SLEEPS_BEFORE_MAIN, TAKES_THE_TEMPLATE_OVER):
            assert (await judge.compile(program)).ok
        yield judge


async def test_run_that_lost_its_helper_is_repeated(judge: Judge) -> None:
    task = asyncio.create_task(judge.run(DOZE, ["awake"], LONG))
    lost = await kill_helper()
    assert only(await task) == (Verdict.RUN, "awake")
    assert not set(lost) & {*cells(), *runs()}


async def test_helpers_that_were_killed_while_nothing_ran_in_them() -> None:
    """As the kernel does when memory runs out: what runs next is not counted against the program."""
    python = Program("python", "print(input())")
    async with open_judge(workers=2) as judge:
        await asyncio.gather(*(judge.run(program, ["a"]) for program in (ECHO, ECHO, python, python)))
        idle = cells()
        for helper in idle:
            os.kill(helper, signal.SIGKILL)
        await until(lambda: not set(idle) & set(cells()))
        assert only(await judge.run(ECHO, ["b"])) == (Verdict.RUN, "b")
        assert only(await judge.run(python, ["c"])) == (Verdict.RUN, "c\n")


async def test_program_that_always_brings_its_helper_down(judge: Judge) -> None:
    task = asyncio.create_task(judge.test(SLEEP, [Case("", "")], LONG))
    for _ in range(2):
        await kill_helper()
    assert (await task).verdict is Verdict.SV
    assert only(await judge.run(ECHO, ["on"])) == (Verdict.RUN, "on")


async def test_compilation_that_always_brings_its_helper_down() -> None:
    async with open_judge(workers=1) as judge:
        task = asyncio.create_task(judge.compile(TAKES_SECONDS_TO_COMPILE))
        for _ in range(2):
            await kill_helper()
        compilation = await task
    assert (compilation.ok, compilation.output) == (False, "The compiler brought the sandbox down.")


async def test_inputs_that_lost_their_helper_are_run_one_by_one(judge: Judge) -> None:
    task = asyncio.create_task(judge.run(DOZE, ["1", "2", "3"], LONG))
    await until(lambda: len(runs()) == 2)
    await kill_helper()
    assert [(run.verdict, run.stdout) for run in await task] == [(Verdict.RUN, text) for text in "123"]


@pytest.mark.parametrize(
    ("program", "inputs"),
    [
        (ENDLESS, [""]),
        (SLEEP, [""]),
        (SLEEP, ["", "", ""]),
        (SLEEPS_BEFORE_MAIN, ["", "", ""]),
        (TAKES_THE_TEMPLATE_OVER, ["", "", ""]),
    ],
    ids=["busy", "idle", "forked", "starting", "taken over"],
)
async def test_cancelled_in_half_a_second(judge: Judge, program: Program, inputs: list[str]) -> None:
    """Once in a few attempts: the machine may have other things to do."""
    took = []
    for _ in range(3):
        task = asyncio.create_task(judge.run(program, inputs, LONG))
        await until(lambda: len(runs()) >= 1)
        began = asyncio.get_running_loop().time()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        took.append(asyncio.get_running_loop().time() - began)
        assert runs() == []
    assert min(took) < 0.5
    assert only(await judge.run(ECHO, ["on"])) == (Verdict.RUN, "on")


async def test_program_that_takes_its_template_over_is_judged(judge: Judge) -> None:
    results = await judge.run(TAKES_THE_TEMPLATE_OVER, ["", "", ""], Limits(time_s=0.1))
    assert {run.verdict for run in results} == {Verdict.RUN}


async def test_cell_is_replaced_after_a_violation(judge: Judge) -> None:
    await judge.run(ECHO, [""])
    before = cells()
    await judge.run(ECHO, [""])
    assert cells() == before
    (run,) = await judge.run(VIOLATION, [""])
    assert (run.verdict, run.signal) == (Verdict.SV, signal.SIGSYS)
    await judge.run(ECHO, [""])
    assert len(cells()) == 1
    assert cells() != before


async def test_cell_is_replaced_after_a_violation_in_a_run_that_was_cancelled(judge: Judge) -> None:
    await judge.run(VIOLATION_THEN_SLEEP, ["violate"])  # Compiled.
    await judge.run(ECHO, [""])
    before = cells()
    task = asyncio.create_task(judge.run(VIOLATION_THEN_SLEEP, ["violate", ""], LONG))
    await until(lambda: any(map(sleeps, runs())))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await judge.run(ECHO, [""])
    assert len(cells()) == 1
    assert cells() != before


async def test_worn_out_cell_is_replaced(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    await judge.run(VIOLATION, [""])
    monkeypatch.setattr(pool, "_WORN_OUT", 4)
    seen = []
    for _ in range(12):
        assert only(await judge.run(ECHO, ["on"])) == (Verdict.RUN, "on")
        seen.append(cells())
    # The fourth run of a cell is its last, and it is gone by then.
    assert [len(one) for one in seen] == [1, 1, 1, 0] * 3
    assert seen[0] == seen[2] != seen[4]


async def test_two_at_a_time_of_two_hundred() -> None:
    code = "import time\nbegan = time.monotonic()\ntime.sleep(0.01)\nprint({}, began, time.monotonic())"
    async with open_judge(workers=2) as judge:
        programs = [Program("python", code.format(number)) for number in range(200)]
        results = await asyncio.gather(*(judge.run(program, [""]) for program in programs))
    lines = [run.stdout.split() for (run,) in results]
    assert [int(number) for number, *_ in lines] == list(range(200))
    times = [(float(began), float(ended)) for _, began, ended in lines]
    assert max(sum(began <= moment < ended for began, ended in times) for moment, _ in times) == 2


# Begins when it has been tied to one processor.
BURN = Program(
    "cpp",
    r"""
#include <cstdio>
#include <ctime>
#include <sched.h>
#include <unistd.h>
int main() {
    cpu_set_t processors;
    while (sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) > 1) usleep(1000);
    double limit;
    while (scanf("%lf", &limit) == 1) while (clock() < limit * CLOCKS_PER_SEC);
}
""",
)


@pytest.mark.parametrize(
    ("n_rivals", "niceness", "burnt_s", "verdict"),
    [(30, 0, 0.15, Verdict.RUN), (30, 0, 10, Verdict.TLE), (2, 19, 0.1, Verdict.RUN)],
    ids=["enough", "too little", "long waits"],
)
async def test_waiting_for_a_processor_is_not_idling(
    n_rivals: int, niceness: int, burnt_s: float, verdict: Verdict
) -> None:
    """It gets so little of one that, for less than its limit, it needs longer than it may idle."""
    processors = os.sched_getaffinity(0)
    if len(processors) == 1:
        missing("there is no second processor besides the one that is kept busy")
    limits, may_idle_s = Limits(time_s=0.2), 1.6
    async with open_judge(workers=1) as judge:
        await judge.compile(BURN)
        with rivals(n_rivals, min(processors)):
            task = asyncio.create_task(judge.run(BURN, [str(burnt_s)], limits))
            await until(lambda: len(runs()) == 1)
            (run,) = runs()
            make_nice(run, niceness)
            os.sched_setaffinity(run, {min(processors)})
            await asyncio.wait([task], timeout=1.5 * may_idle_s)
        with suppress(ProcessLookupError):
            os.sched_setaffinity(run, processors)
        (result,) = await task
    assert result.verdict is verdict
    assert result.wall_s > may_idle_s


async def test_sleeping_is_idling(judge: Judge) -> None:
    (run,) = await judge.run(SLEEP, [""], Limits(time_s=0.1))
    assert (run.verdict, run.stdout) == (Verdict.ILE, "")
    assert run.cpu_s < 0.1


TOOL_PATHS = existing(*RUNTIME, *TOOLS, *LOADERS)
# Each tower is 512 folders high, and is put below the next, until its paths are longer than the kernel takes.
TOWERS = """
path=x
for i in 1 2 3 4 5 6 7 8 9; do path=$path/$path; done
for i in 1 2 3 4 5; do
    mkdir -p new/$path
    [ -e old ] && mv old new/$path
    mv new old
done
"""
SPOILING = {
    "closed": "mkdir -p closed/inner; chmod 0 closed",
    "read-only": "mkdir -p only/inner; touch only/inner/file; chmod 500 only/inner",
    "strange names": """touch -- '-rf *' '...' "$(printf 'a\\nb')"; ln '...' again; ln -s / outside; ln -s . loop""",
    "towers": TOWERS,
}


@pytest.mark.parametrize("spoiling", SPOILING)
async def test_next_command_has_an_empty_folder(level: str, spoiling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_folder() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        async with open_isolation(TOOL_PATHS, LEVELS[level]) as isolation:
            spoilt = await shell(isolation, f"set -e; cd $TMPDIR; {SPOILING[spoiling]}")
            assert (spoilt.exit_code, spoilt.stderr) == (0, b"")
            listed = await shell(isolation, "ls -A $TMPDIR && touch $TMPDIR/new && ls $TMPDIR")
            assert (listed.exit_code, listed.stdout) == (0, b"new\n")
        assert list(folder.iterdir()) == []


def only(results: tuple[RunResult, ...]) -> tuple[Verdict, str]:
    (run,) = results
    return run.verdict, run.stdout


async def kill_helper() -> list[int]:
    """Waits until a helper runs something; returns what is gone with it."""
    await until(lambda: len(runs()) >= 1)
    (helper,) = [cell for cell in cells() if children(cell)]
    lost = [helper, *runs()]
    os.kill(helper, signal.SIGKILL)
    await until(lambda: not any(Path(f"/proc/{pid}/cwd").exists() for pid in lost))
    return lost


async def shell(isolation: Isolation, words: str) -> Outcome:
    """A command like a compiler's."""
    bounds = Bounds(cpu_s=10, wall_s=20, memory_bytes=1 << 30, file_bytes=1 << 20)
    command = ("/bin/sh", "-c", words)
    return await isolation.execute(Command(command, (), TOOL_PATHS, bounds, profile=Profile.COMPILER, writes=True))


@contextmanager
def rivals(count: int, processor: int) -> Iterator[None]:
    """So many processes that keep one processor busy, each with a session, which some systems schedule as one."""
    command = ["/bin/sh", "-c", "while :; do :; done"]
    processes = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
    try:
        for process in processes:
            os.sched_setaffinity(process.pid, {processor})
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def make_nice(pid: int, niceness: int) -> None:
    with suppress(OSError):  # Where each session is scheduled as one, that has a niceness, too.
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))
    os.setpriority(os.PRIO_PROCESS, pid, niceness)
