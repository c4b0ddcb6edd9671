"""What a run in the sandbox costs, beside the same program started with vfork and execve alone and by other sandboxes.

    python benchmarks/sandbox.py [--rounds N] [--runs N] [--programs N] [--problems FOLDER]

CPU is user and system time of whoever starts the runs and of every process below it. Methods take turns, in reversed
order every other round, and each round gives ratios of its own: on a shared machine only these mean much.
"""

import argparse
import asyncio
import collections
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import methods
from methods import Bench, Measured, Method, NotFound, cpu_s

from alphacode_sandbox import Case, Limits, Program, language_of, open_judge
from alphacode_sandbox.isolation import open_isolation

PROBLEMS = Path(__file__).parents[2] / "shared" / "data" / "problems"


@dataclass(frozen=True, slots=True)
class Row:
    """A method in the table."""

    name: str
    method: Method
    share: int = 1
    """It gets one in so many of the runs, where a run is dear."""


# In each table the first row is what the others are compared with.
TABLES: dict[str, Sequence[Row]] = {
    "C++, linked statically": (
        Row("vfork and execve (the floor)", methods.floor_static),
        Row("posix_spawn", methods.posix_spawn),
        Row("subprocess.run", methods.subprocess_run),
        Row("bubblewrap", methods.bubblewrap, 4),
        Row("nsjail", methods.nsjail, 4),
        Row("isolate", methods.isolate, 4),
        Row("cell", methods.cell_static),
    ),
    "C++, as the judge links it": (
        Row("vfork and execve", methods.floor_dynamic),
        Row("cell", methods.cell_dynamic),
        Row("judge, an input a call", methods.judge_cpp),
        Row("judge, 50 inputs a call", methods.judge_cpp_many),
    ),
    "Python": (
        Row("new interpreter", methods.new_interpreter, 4),
        Row("judge, an input a call", methods.judge_python),
        Row("judge, 50 inputs a call", methods.judge_python_many),
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A ratio that the sandbox is built to keep."""

    what: str
    above: Method
    below: Method
    bound: str
    """`<= 1.35` or `>= 3`."""
    by: str = "cpu_us"


CLAIMS = (
    Claim("static C++ in a cell / floor, CPU", methods.cell_static, methods.floor_static, "<= 1.35"),
    Claim("bubblewrap / cell, CPU", methods.bubblewrap, methods.cell_static, ">= 3"),
    Claim("bubblewrap / cell, wall", methods.bubblewrap, methods.cell_static, ">= 8", by="wall_us"),
    Claim("new interpreter / Python in the judge, CPU", methods.new_interpreter, methods.judge_python_many, ">= 3.5"),
    Claim("50 inputs of one C++ program / 50 fresh runs, CPU", methods.judge_cpp_many, methods.floor_dynamic, "<= 0.5"),
)

Round = dict[Method, Measured]


async def run(args: argparse.Namespace) -> None:
    missing: dict[Method, str] = {}
    with tempfile.TemporaryDirectory(prefix="alphacode-benchmark-") as name:
        async with AsyncExitStack() as stack:
            isolation = await stack.enter_async_context(open_isolation())
            judge = await stack.enter_async_context(open_judge(workers=1))
            bench = Bench(Path(name), isolation, judge)
            build(bench)
            print(f"isolation {judge.isolation}, {args.runs} runs a round where they are cheap, {args.rounds} rounds")
            rounds = [await take_turns(bench, turn, args.runs, missing) for turn in range(args.rounds)]
    for title, rows in TABLES.items():
        print_table(title, rows, rounds, missing)
    print_claims(rounds)
    if args.problems.exists():
        for language in ("cpp", "python"):
            await print_filtering(args.problems, language, args.programs)
    else:
        print(f"\nno programs to filter: {args.problems} is missing")


def build(bench: Bench) -> None:
    """Writes and compiles the small program and the driver of the floor; ours, so nothing needs to be isolated."""
    bench.input.write_text(methods.INPUT)
    bench.python.write_text(methods.PYTHON)
    source = bench.folder / "program.cpp"
    source.write_text(methods.CPP)
    subprocess.run(["cc", "-O2", "-o", bench.floor, methods.FLOOR], check=True)
    subprocess.run(["g++", "-O2", "-static", "-o", bench.static, source], check=True)
    subprocess.run(["g++", "-O2", "-o", bench.dynamic, source], check=True)


async def take_turns(bench: Bench, turn: int, runs: int, missing: dict[Method, str]) -> Round:
    measured = {}
    rows = [row for rows in TABLES.values() for row in rows if row.method not in missing]
    for row in rows[:: -1 if turn % 2 else 1]:
        try:
            measured[row.method] = await row.method(bench, max(runs // row.share, 1))
        except NotFound as error:
            missing[row.method] = str(error)
    return measured


def print_table(title: str, rows: Sequence[Row], rounds: Sequence[Round], missing: dict[Method, str]) -> None:
    base = rows[0].method
    print(f"\n{title:<30} {'CPU µs':>7}  {'ratio (min..max)':<20} {'wall µs':>7}  ratio (min..max)")
    for row in rows:
        if row.method in missing:
            print(f"{row.name:<30} {missing[row.method]}")
            continue
        cells = []
        for by in ("cpu_us", "wall_us"):
            typical = statistics.median(getattr(measured[row.method], by) for measured in rounds)
            ratio = spread(ratios(rounds, row.method, base, by)) if row.method is not base else "1"
            cells.append(f"{typical:>7,.0f}  {ratio:<20}")
        print(f"{row.name:<30} {' '.join(cells)}".rstrip())


def print_claims(rounds: Sequence[Round]) -> None:
    print()
    for claim in CLAIMS:
        found = ratios(rounds, claim.above, claim.below, claim.by)
        print(f"{claim.what:<52} {claim.bound:>8}: {spread(found) or 'not measured'}")


def ratios(rounds: Sequence[Round], above: Method, below: Method, by: str) -> list[float]:
    """One a round; none where one of the two could not be measured."""
    both = [measured for measured in rounds if above in measured and below in measured]
    return [getattr(measured[above], by) / getattr(measured[below], by) for measured in both]


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}..{max(values):.2f})" if values else ""


async def print_filtering(problems: Path, language: str, n_programs: int) -> None:
    """Compiles programs of the problems' juries and runs them on the samples, as filtering does."""
    work = submissions(problems, language)
    work = work[:: max(len(work) // n_programs, 1)][:n_programs]
    async with open_judge() as judge:
        before, began = cpu_s(), time.perf_counter()
        judgements = await asyncio.gather(
            *(judge.test(program, cases, limits, stop_at_first_failure=True) for program, cases, limits in work)
        )
        cpu, wall = cpu_s() - before, time.perf_counter() - began
    verdicts = collections.Counter(str(judgement.verdict) for judgement in judgements)
    found = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
    print(
        f"\n{language}: {len(work) / cpu:.2f} programs filtered per second per core "
        f"({len(work)} programs, {cpu:.1f} s of CPU, {wall:.1f} s; {found})"
    )


def submissions(problems: Path, language: str) -> list[tuple[Program, list[Case], Limits]]:
    """Every program of the language, right or wrong, with its problem's samples and limits."""
    found = []
    for metadata in sorted(problems.glob("*/*/problem.json")):
        inputs = sorted((metadata.parent / "samples").glob("*.in"))
        cases = [Case(file.read_text(), file.with_suffix(".ans").read_text()) for file in inputs]
        limits = Limits(time_s=json.loads(metadata.read_text())["time_limit_s"] or 5)
        for file in sorted((metadata.parent / "submissions").glob("*/*")):
            spoken = language_of(file)
            if spoken is not None and spoken.id == language:
                found.append((Program(language, file.read_text()), cases, limits))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--runs", type=int, default=400, help="per method and round; default: %(default)s")
    parser.add_argument("--programs", type=int, default=40, help="to filter, per language; default: %(default)s")
    parser.add_argument("--problems", type=Path, default=PROBLEMS, help="default: %(default)s")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
