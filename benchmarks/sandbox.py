"""What a run in the sandbox costs, beside the same program started with vfork and execve alone and by other sandboxes.

    python benchmarks/sandbox.py [--rounds N] [--runs N] [--programs N] [--problems FOLDER]

CPU is user and system time of whoever starts the runs and of every process below it. Methods take turns, in reversed
order every other round, and each round gives ratios of its own: on a shared machine only these mean much.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import methods
from filtering import compile_all, sift, submissions
from methods import Bench, Measured, Method, NotFound

from alphacode_sandbox import LANGUAGES, open_judge
from alphacode_sandbox.compiler import paths_of
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
        Row("cell, a run a request", methods.cell),
        Row("cell, 50 runs a request", methods.cell_many),
    ),
    "C++, as the judge links it": (
        Row("vfork and execve", methods.floor_dynamic),
        Row("cell, 50 runs a request", methods.cell_dynamic_many),
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
    Claim("static C++ in a cell / floor, CPU", methods.cell_many, methods.floor_static, "<= 1.35"),
    Claim("bubblewrap / cell, CPU", methods.bubblewrap, methods.cell_many, ">= 3"),
    Claim("bubblewrap / cell, wall", methods.bubblewrap, methods.cell_many, ">= 8", by="wall_us"),
    Claim("new interpreter / Python in the judge, CPU", methods.new_interpreter, methods.judge_python_many, ">= 3.5"),
    Claim("50 inputs of one C++ program / 50 fresh runs, CPU", methods.judge_cpp_many, methods.floor_dynamic, "<= 0.5"),
)

Round = dict[Method, Measured]


async def run(args: argparse.Namespace) -> None:
    missing: dict[Method, str] = {}
    toolchain = LANGUAGES["cpp"].find()
    if toolchain is None:
        sys.exit("g++ is needed, to build the program that is run.")
    async with (
        open_isolation(paths_of({"cpp": toolchain})) as isolation,
        open_judge(workers=1) as judge,
    ):
        bench = Bench(isolation, judge, toolchain)
        build(bench)
        print(f"level {judge.isolation}; {args.rounds} rounds of {args.runs} runs where they are cheap")
        rounds = [await take_turns(bench, turn, args.runs, missing) for turn in range(args.rounds)]
    for title, rows in TABLES.items():
        print_table(title, rows, rounds, missing)
    print_claims(rounds)
    if args.problems.exists():
        await print_compiling(args.problems, args.programs // 2)
        await print_filtering(args.problems, "cpp", args.programs)
        await print_filtering(args.problems, "python", 2 * args.programs)
    else:
        print(f"\nno programs to compile and filter: {args.problems} is missing")


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


async def print_compiling(problems: Path, n_programs: int) -> None:
    programs = [one.program for one in submissions(problems, "cpp", n_programs)]
    costs = await compile_all(programs)
    print(f"\n{f'Compiling {len(programs)} C++ programs':<30} {'CPU ms':>7}  g++ -O2 / it (min..max)")
    for name in costs[0]:
        cheaper = [cost["g++ -O2"] / cost[name] for cost in costs]
        print(f"{name:<30} {1e3 * statistics.mean(cost[name] for cost in costs):>7,.0f}  {spread(cheaper)}")


async def print_filtering(problems: Path, language: str, n_programs: int) -> None:
    sifted = await sift(submissions(problems, language, n_programs))
    ends = ", ".join(f"{n} {end}" for end, n in sifted.ends.most_common())
    print(
        f"\n{LANGUAGES[language].name}: {sifted.n_programs / sifted.cpu_s:.2f} programs filtered per second per core "
        f"({sifted.n_programs} in {sifted.cpu_s:.1f} s of CPU, {sifted.wall_s:.1f} s: {ends})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--runs", type=int, default=400, help="per method and round; default: %(default)s")
    parser.add_argument("--programs", type=int, default=30, help="of C++ to filter; default: %(default)s")
    parser.add_argument("--problems", type=Path, default=PROBLEMS, help="default: %(default)s")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
