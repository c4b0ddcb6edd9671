"""The ways to run a small program many times, and what each costs: bare, in the sandboxes of others, and in ours."""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

from alphacode_sandbox import Judge, Program
from alphacode_sandbox.isolation import Bounds, Command, Isolation
from alphacode_sandbox.toolchains.toolchain import Toolchain

FLOOR = Path(__file__).with_name("floor.c")
INPUT = " ".join(map(str, range(1, 37)))  # 100 bytes
EXPECTED = str(sum(range(1, 37)))
# Not the virtual environment around it.
INTERPRETER = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
MANY = 50
"""Inputs that one program is run on, as clustering does."""

CPP = r"""
#include <iostream>
int main() {
    long long sum = 0, x;
    while (std::cin >> x) sum += x;
    std::cout << sum << '\n';
}
"""
PYTHON = "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n"


class NotFound(Exception):
    """A tool is missing or does not work here; the message says which of the two."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One method of one round."""

    runs: int
    cpu_s: float
    walls_s: Sequence[float]
    """Of each run, or of each batch of runs divided by their number."""

    @property
    def cpu_us(self) -> float:
        return 1e6 * self.cpu_s / self.runs

    @property
    def wall_us(self) -> float:
        """The tenth percentile: of what else runs here it shows least."""
        return 1e6 * sorted(self.walls_s)[len(self.walls_s) // 10]


@dataclass(frozen=True, slots=True)
class Bench:
    """What the methods share."""

    isolation: Isolation
    judge: Judge
    toolchain: Toolchain
    """Of C++, for what a program needs to read and execute."""

    @property
    def folder(self) -> Path:
        """Where both cells and others find the programs; gone when the isolation is."""
        return self.isolation.folder

    def command(self, program: Path) -> Command:
        """What runs a C++ program in a cell."""
        bounds = Bounds(cpu_s=2, wall_s=7, memory_bytes=256 << 20, file_bytes=1 << 20)
        return Command((str(program),), self.toolchain.readable, (*self.toolchain.executable, str(program)), bounds)

    @property
    def input(self) -> Path:
        return self.folder / "input"

    @property
    def floor(self) -> Path:
        """The driver in C."""
        return self.folder / "floor"

    @property
    def static(self) -> Path:
        """The C++ program, linked statically."""
        return self.folder / "static"

    @property
    def dynamic(self) -> Path:
        """The same, with shared libraries."""
        return self.folder / "dynamic"

    @property
    def python(self) -> Path:
        """The Python program."""
        return self.folder / "program.py"


Method = Callable[[Bench, int], Awaitable[Measured]]


# Each program by itself, and in the sandboxes of others.


async def floor_static(bench: Bench, runs: int) -> Measured:
    return await driven(bench, runs, str(bench.static))


async def floor_dynamic(bench: Bench, runs: int) -> Measured:
    return await driven(bench, runs, str(bench.dynamic))


async def new_interpreter(bench: Bench, runs: int) -> Measured:
    return await driven(bench, runs, INTERPRETER, "-I", "-S", "-B", str(bench.python))


async def posix_spawn(bench: Bench, runs: int) -> Measured:
    output = os.open(bench.folder / "output", os.O_RDWR | os.O_CREAT)
    program = str(bench.static)

    def run() -> bytes:
        source = os.open(bench.input, os.O_RDONLY)
        actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, output, 1)]
        os.lseek(output, 0, os.SEEK_SET)
        os.waitpid(os.posix_spawn(program, [program], os.environ, file_actions=actions), 0)
        os.close(source)
        return os.pread(output, 100, 0)

    try:
        return await repeated(run, runs)
    finally:
        os.close(output)


async def subprocess_run(bench: Bench, runs: int) -> Measured:
    def run() -> bytes:
        with bench.input.open("rb") as source:
            return subprocess.run([bench.static], stdin=source, capture_output=True, check=True).stdout

    return await repeated(run, runs)


async def bubblewrap(bench: Bench, runs: int) -> Measured:
    """With all that isolation by bubblewrap alone takes: every namespace, no capabilities, a root with one file."""
    options = ["--unshare-all", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--new-session"]
    options += ["--die-with-parent", "--ro-bind", str(bench.static), "/program", "--remount-ro", "/", "--chdir", "/"]
    return await driven(bench, runs, tool("bwrap"), *options, "--", "/program")


async def nsjail(bench: Bench, runs: int) -> Measured:
    options = ["--mode", "o", "--really_quiet", "--disable_proc", "--bindmount_ro", str(bench.static)]
    return await driven(bench, runs, tool("nsjail"), *options, "--", str(bench.static))


async def isolate(bench: Bench, runs: int) -> Measured:
    """Runs alone, in a box that is made once."""
    command = tool("isolate")
    box, trouble = await output_of(command, "--init")
    if not box:
        raise NotFound(f"does not work here: {trouble}")
    shutil.copy(bench.static, Path(box) / "box" / "program")
    try:
        return await driven(bench, runs, command, "--run", "--silent", "--", "./program")
    finally:
        await output_of(command, "--cleanup")


# Ours.


async def cell(bench: Bench, runs: int) -> Measured:
    return await in_cell(bench, bench.command(bench.static), runs, 1)


async def cell_many(bench: Bench, runs: int) -> Measured:
    return await in_cell(bench, bench.command(bench.static), runs, MANY)


async def cell_dynamic_many(bench: Bench, runs: int) -> Measured:
    return await in_cell(bench, bench.command(bench.dynamic), runs, MANY)


async def judge_python(bench: Bench, runs: int) -> Measured:
    return await judged(bench, Program("python", PYTHON), runs, 1)


async def judge_python_many(bench: Bench, runs: int) -> Measured:
    return await judged(bench, Program("python", PYTHON), runs, MANY)


async def judge_cpp(bench: Bench, runs: int) -> Measured:
    return await judged(bench, Program("cpp", CPP), runs, 1)


async def judge_cpp_many(bench: Bench, runs: int) -> Measured:
    return await judged(bench, Program("cpp", CPP), runs, MANY)


# How each is measured.


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotFound("not found")
    return found


async def driven(bench: Bench, runs: int, *command: str) -> Measured:
    """Through the driver in C, which adds nothing to speak of."""
    output, trouble = await output_of(*command)
    if output != EXPECTED:
        raise NotFound(f"does not work here: {trouble[-200:]}")
    with bench.input.open("rb") as source:
        driver = await asyncio.create_subprocess_exec(bench.floor, str(runs), *command, stdin=source, stdout=PIPE)
        times, _ = await driver.communicate()
    assert driver.returncode == 0, command
    *walls, cpu = map(int, times.split())
    return Measured(runs, cpu / 1e9, [wall / 1e9 for wall in walls])


async def output_of(*command: str) -> tuple[str, str]:
    """What a command prints, and what it complains of."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    output, trouble = await process.communicate(INPUT.encode())
    return output.decode().strip(), trouble.decode().strip()


async def repeated(run: Callable[[], bytes], runs: int) -> Measured:
    """In this process, which waits for each."""

    def measure() -> Measured:
        walls, watch = [], Stopwatch()
        for _ in range(runs):
            began = time.perf_counter()
            output = run()
            walls.append(time.perf_counter() - began)
            assert output.decode().strip() == EXPECTED
        return Measured(runs, watch.cpu_s(), walls)

    return await asyncio.to_thread(measure)


async def in_cell(bench: Bench, command: Command, runs: int, n_inputs: int) -> Measured:
    async def call() -> list[bytes]:
        outcomes = await bench.isolation.execute_all(command, [INPUT.encode()] * n_inputs)
        return [outcome.stdout for outcome in outcomes]

    return await called(call, runs, n_inputs)


async def judged(bench: Bench, program: Program, runs: int, n_inputs: int) -> Measured:
    """As a caller of the judge sees it, once the program is compiled."""
    assert (await bench.judge.compile(program)).ok

    async def call() -> list[bytes]:
        results = await bench.judge.run(program, [INPUT] * n_inputs)
        return [result.stdout.encode() for result in results]

    return await called(call, runs, n_inputs)


async def called(call: Callable[[], Awaitable[list[bytes]]], runs: int, n_inputs: int) -> Measured:
    """One call after the other, each of which runs the program on so many inputs and returns what it printed."""
    calls = max(runs // n_inputs, 1)
    walls, watch = [], Stopwatch()
    for _ in range(calls):
        began = time.perf_counter()
        outputs = await call()
        walls.append((time.perf_counter() - began) / n_inputs)
        assert [output.decode().strip() for output in outputs] == [EXPECTED] * n_inputs
    return Measured(calls * n_inputs, watch.cpu_s(), walls)


class Stopwatch:
    """CPU time of this process, of all that it reaps, and of the processes below it that live on."""

    def __init__(self) -> None:
        # What it takes to look is outside what is measured, here and at the end.
        self._below_s = _below_s()
        self._own_s = _own_s()

    def cpu_s(self) -> float:
        """Since it was made."""
        own_s = _own_s() - self._own_s
        return own_s + _below_s() - self._below_s


def _own_s() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _below_s() -> float:
    """Of children, their children and so on, and of all that these have reaped, each to a few hundredths."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # It has just ended.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            parents[int(process.name)] = int(fields[1])
            ticks[int(process.name)] = sum(map(int, fields[11:15]))

    def is_below(pid: int) -> bool:
        parent = parents.get(pid)
        return parent is not None and (parent == os.getpid() or is_below(parent))

    return sum(spent for pid, spent in ticks.items() if is_below(pid)) / os.sysconf("SC_CLK_TCK")
