"""Many short runs through one judge, which must leave nothing behind: no process, descriptor, mount, control group or
file, and no growing memory.

    python benchmarks/soak.py [--runs N] [--workers N]

Programs that are right, crash, break the rules, write too much or do not compile take turns. What this process has on
the machine is counted before the judge is opened, after a warm-up, at the end and after the judge has closed. Exits
with 1 when anything is left, a verdict is wrong, or memory has grown.
"""

import argparse
import asyncio
import itertools
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from alphacode_sandbox import Judge, Limits, Program, open_judge

TENTHS = 10
RUNS_AT_A_TIME = 20
# What cells take that the warm-up happened not to need: processes and descriptors, and memory, of which a warm
# interpreter has most. Over 100,000 runs a leak of some 300 bytes per run would show.
MORE_PER_WORKER = 8
MORE_KB_PER_WORKER = 16 << 10
LIMITS = Limits(time_s=5, output_kb=16)


@dataclass(frozen=True, slots=True)
class Load:
    """A program, how many inputs it is given in a row, and how each of its runs must end."""

    program: Program
    verdict: str
    n_inputs: int = 1


CPP_SUM = '#include <cstdio>\nint main() { int a, b; if (scanf("%d %d", &a, &b) == 2) printf("%d\\n", a + b); }'
LOADS = (
    Load(Program("cpp", CPP_SUM), "RUN", RUNS_AT_A_TIME),
    Load(Program("python", "print(sum(map(int, input().split())))"), "RUN", RUNS_AT_A_TIME),
    Load(Program("cpp", "int main(int argc, char **) { return *(volatile int *)(argc - 1l); }"), "RE"),
    Load(Program("cpp", "#include <sys/socket.h>\nint main() { socket(AF_INET, SOCK_STREAM, 0); }"), "SV"),
    Load(Program("cpp", "#include <cstdio>\nint main() { for (;;) puts(\"too much\"); }"), "OLE"),
    Load(Program("cpp", CPP_SUM + "\n// once"), "RUN"),
    Load(Program("python", "import os\nos.fork()"), "RE"),
    Load(Program("python", "print(1 // 0)"), "RE"),
    Load(Program("python", "print('x' * 100_000)"), "OLE"),
)  # fmt: skip
EVERY = 40  # turns; then a program that nobody has seen before, which does not compile


@dataclass(frozen=True, slots=True)
class Footprint:
    """What this process has on the machine, in numbers that do not depend on which process it is."""

    descriptors: Counter[str]
    processes: int
    """Those it started, directly or not, and whatever else names its temporary folder."""
    mounts: int
    groups: int
    files: int

    @classmethod
    def now(cls, folder: Path, judge: int | None = None) -> "Footprint":
        """`folder` is where temporary files are made, and named by nobody else; `judge` is who opened the judge."""
        links = (_link(descriptor) for descriptor in Path("/proc/self/fd").iterdir())
        return cls(
            Counter(re.sub(r"\d+", "N", link) for link in links if link),
            len({*descendants(os.getpid()), *naming(folder)}),
            len(Path("/proc/self/mountinfo").read_text().splitlines()),
            sum(name.startswith(f"alphacode-{judge or os.getpid()}-") for name in _below(Path("/sys/fs/cgroup"))),
            len(_below(folder)),
        )


@dataclass(slots=True)
class Soak:
    """A soak under way."""

    judge: Judge
    n_done: int = 0
    began: float = field(default_factory=time.perf_counter)
    turns: Iterator[int] = field(default_factory=itertools.count)
    wrong: Counter[str] = field(default_factory=Counter)

    async def go_on(self, until: int, workers: int) -> None:
        """Runs until so many runs are done."""
        await asyncio.gather(*(self._work(until) for _ in range(2 * workers)))

    async def _work(self, until: int) -> None:
        while self.n_done < until:
            turn = next(self.turns)
            if turn % EVERY == EVERY - 1:
                load = Load(Program("cpp", f"int main() {{ return unknown{turn}; }}"), "CE")
            else:
                load = LOADS[turn % len(LOADS)]
            self.n_done += load.n_inputs
            await self._run(load, turn)

    async def _run(self, load: Load, turn: int) -> None:
        inputs = [f"{turn} {i}" for i in range(load.n_inputs)]
        runs = await self.judge.run(load.program, inputs, LIMITS)
        verdicts = [str(run.verdict) for run in runs] or ["CE"]
        self.wrong.update(f"{verdict} for {load.verdict}" for verdict in verdicts if verdict != load.verdict)
        if load.program.language == "python" and load.verdict == "RUN":
            printed = [run.stdout for run in runs]
            self.wrong["output"] += printed != [f"{turn + i}\n" for i in range(load.n_inputs)]


async def soak(n_runs: int, workers: int, folder: Path) -> list[str]:
    """What is wrong in the end; nothing, it is hoped. Prints a line for each tenth."""
    before = Footprint.now(folder)
    async with open_judge(workers) as judge:
        under_way = Soak(judge)
        columns = f"{'runs':>8} {'s':>7} {'our KB':>8} {'helpers KB':>10} {'processes':>9} {'descriptors':>11}"
        print(f"{columns}   {judge.isolation}")
        # A warm-up: caches fill, cells start.
        memory = [await part(under_way, n_runs // 20, workers, folder)]
        warm = Footprint.now(folder)
        tenths = [n_runs * tenth // TENTHS for tenth in range(1, TENTHS + 1)]
        memory += [await part(under_way, until, workers, folder) for until in tenths]
        end = Footprint.now(folder)
    after = Footprint.now(folder)
    found = [f"wrong verdict: {what} ({count} times)" for what, count in under_way.wrong.items() if count]
    found += growth(warm, end, MORE_PER_WORKER * workers)
    found += differences(before, after)
    # The first tenth still fills what the allocators keep.
    if memory[-1] > memory[1] + MORE_KB_PER_WORKER * workers:
        found.append(f"memory has grown from {memory[1]} to {memory[-1]} KB")
    return found


async def part(under_way: Soak, until: int, workers: int, folder: Path) -> int:
    """Goes on, prints how it stands and returns the resident memory, ours and our helpers', in KB."""
    await under_way.go_on(until, workers)
    now = Footprint.now(folder)
    ours, helpers = resident_kb(os.getpid()), sum(map(resident_kb, descendants(os.getpid())))
    seconds = time.perf_counter() - under_way.began
    counts = f"{now.processes:>9} {now.descriptors.total():>11}"
    print(f"{under_way.n_done:>8} {seconds:>7.1f} {ours:>8} {helpers:>10} {counts}", flush=True)
    return ours + helpers


def growth(warm: Footprint, end: Footprint, allowed: int) -> list[str]:
    """What there is more of, by more than `allowed`, than after the warm-up."""
    counts = {name: (getattr(warm, name), getattr(end, name)) for name in ("processes", "mounts", "groups")}
    counts["descriptors"] = warm.descriptors.total(), end.descriptors.total()
    return [f"{name} have grown from {old} to {new}" for name, (old, new) in counts.items() if new > old + allowed]


def differences(before: Footprint, after: Footprint) -> list[str]:
    """What is not as it was before the judge was opened."""
    values = ((name, getattr(before, name), getattr(after, name)) for name in Footprint.__slots__)
    return [f"{name} were {old} and became {new}" for name, old, new in values if old != new]


def descendants(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        direct = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [one for child in direct for one in (child, *descendants(child))]


def naming(folder: Path) -> list[int]:
    """Processes on the whole machine with `folder` in their command line or, where we may look, their environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            words = b"".join(_content(process / name) for name in ("cmdline", "environ"))
            if os.fsencode(folder) in words:
                found.append(int(process.name))
    return found


def resident_kb(pid: int) -> int:
    status = _content(Path(f"/proc/{pid}/status")).decode()
    return int(found[1]) if (found := re.search(r"VmRSS:\s+(\d+)", status)) else 0


def _below(folder: Path) -> list[str]:
    """Names of files and folders; those of others may vanish meanwhile, which is no error here."""
    return [name for _, folders, files in os.walk(folder) for name in (*folders, *files)]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # The listing had one of its own.
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100_000, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="default: one per processor")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="alphacode-soak-") as name:
        # Everything temporary goes there, so that it can be told from everybody else's.
        tempfile.tempdir = name
        Path(name).chmod(0o711)  # Programs may run as another user.
        found = asyncio.run(soak(args.runs, args.workers, Path(name)))
    print("\n".join(found) or "nothing was left behind")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
