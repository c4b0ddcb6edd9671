"""Processor time of compiling a program in each tier, as ratios to `g++ -O2` on the same programs in the same run.

    python benchmarks/compile.py [--problems FOLDER] [--programs N] [--seed N] [--joinable] [--batch N]
    python benchmarks/compile.py --equivalence [--problems FOLDER] [--every N] [--batch N]

The programs are the C++ ones of the problem folders below FOLDER, such as `alphacode judge` takes. With --equivalence,
whether the first look of a search turns away any that the judge accepts on all tests of its problem; then it exits with
1.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alphacode_sandbox import LANGUAGES, Judge, Program, Verdict
from alphacode_sandbox.compilation import Tier
from alphacode_sandbox.compiler import Compiler, paths_of
from alphacode_sandbox.isolation import Command, Outcome, open_isolation
from alphacode_sandbox.precompiled import PrecompiledHeaders
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.joining import may_join
from alphacode_sandbox.toolchains.toolchain import SCRATCH, Toolchain
from alphacode_server.problem.folder import ProblemFolder, read_folder

PROBLEMS = Path(__file__).parents[2] / "shared" / "data" / "problems"
BATCH = 12
PLAIN = f"g++ -O2 -std=c++17 main.cpp -o {SCRATCH}/program && exec cat {SCRATCH}/program"


@dataclass(frozen=True, slots=True)
class Known:
    """A program and the problem it was written for."""

    name: str
    program: Program
    problem: ProblemFolder


def cpp_programs(problems: Path) -> list[Known]:
    """Every distinct C++ program of the folders below, in the order of their names."""
    found: dict[str, Known] = {}
    for file in sorted(problems.rglob("problem.json")):
        problem = read_folder(file.parent)
        for submission in problem.submissions:
            if submission.language == "cpp" and not problem.is_interactive:
                program = submission.program
                found.setdefault(program.code, Known(f"{file.parent.name}/{submission.name}", program, problem))
    return list(found.values())


@dataclass(slots=True)
class Arm:
    """One way of compiling, and what it has cost."""

    name: str
    compiler: Compiler
    tier: Tier
    cpu_s: float = 0.0
    n_compiled: int = 0
    n_by_judge: int = 0
    n_joined: int = 0

    async def compile(self, known: Known) -> None:
        """Many at a time may be under way."""
        async with self.compiler.compiled(known.program, self.tier) as compiled:
            self.n_compiled += compiled.compilation.ok
            self.n_by_judge += compiled.tier is Tier.JUDGE
            self.n_joined += compiled.part is not None


class Meter(Runner):
    """Counts the processor time of what is run."""

    cpu_s = 0.0

    async def judged(self, command: Command, stdin: bytes = b"") -> tuple[Outcome, Verdict]:
        """Like any runner's."""
        outcome, verdict = await super().judged(command, stdin)
        self.cpu_s += outcome.cpu_s
        return outcome, verdict


async def compare(programs: Sequence[Known], batch: int) -> list[Arm]:
    """Compiles all programs in every way, the ways taking turns."""
    toolchain = cpp_toolchain()
    plain = replace(toolchain, compile=("/bin/sh", "-c", PLAIN), precompiled=None, filter=None)
    async with open_isolation(paths_of({"cpp": toolchain})) as isolation:
        meter = Meter(isolation, workers=1)

        def arm(name: str, tools: Toolchain, tier: Tier, batch: int = 1) -> Arm:
            folder = isolation.folder / name.replace(" ", "-")
            folder.mkdir()
            return Arm(name, Compiler(meter, folder, {"cpp": tools}, batch=batch), tier)

        arms = [
            arm("g++ -O2", plain, Tier.JUDGE),
            arm("judge tier", toolchain, Tier.JUDGE),
            arm("filter tier", toolchain, Tier.FILTER),
            arm(f"batches of {batch}", toolchain, Tier.FILTER, batch),
        ]
        await precompile(toolchain, meter)
        for start in range(0, len(programs), batch):
            for one in arms[:: -1 if start // batch % 2 else 1]:
                before = meter.cpu_s
                await asyncio.gather(*(one.compile(known) for known in programs[start : start + batch]))
                one.cpu_s += meter.cpu_s - before
        for one in arms:
            await one.compiler.close()
    return arms


def cpp_toolchain() -> Toolchain:
    """The one that is used here, with both tiers."""
    toolchain = LANGUAGES["cpp"].find()
    if toolchain is None or toolchain.filter is None:
        sys.exit("g++ and clang++ are needed.")
    return toolchain


async def precompile(toolchain: Toolchain, runner: Runner) -> None:
    """Builds the headers that are missing, which would otherwise happen beside the first programs."""
    headers = PrecompiledHeaders(runner)
    for one in (toolchain, toolchain.filter):
        if one and one.precompiled and not headers.folder(one, one.precompiled.mentioned):
            await headers.build(one)


def print_arms(arms: Sequence[Arm], n_programs: int) -> None:
    """The first arm is what the others are compared with."""
    print(f"{n_programs} programs; processor time of the compilers, linking included\n")
    print(f"{'':<15}{'ms/program':>11}{'cheaper':>9}{'compiled':>10}{'in judge tier':>15}{'joined':>8}")
    for arm in arms:
        cost, ratio = f"{1e3 * arm.cpu_s / n_programs:.0f}", f"{arms[0].cpu_s / arm.cpu_s:.1f}x"
        print(f"{arm.name:<15}{cost:>11}{ratio:>9}{arm.n_compiled:>10}{arm.n_by_judge:>15}{arm.n_joined:>8}")


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the first look and the judge make of a program."""

    known: Known
    tier: Tier
    """Which of them the first look was in: the judge's for what the filter tier does not compile."""
    sifted: Verdict | None
    """None when it was too slow for a first look, so that the judge's word is what counts."""
    judged: Verdict

    @property
    def is_wronged(self) -> bool:
        """Whether a search would lose a program that is right."""
        return self.judged is Verdict.AC and self.sifted not in (Verdict.AC, None)


async def compare_verdicts(programs: Sequence[Known], batch: int = 1) -> list[Opinions]:
    """On all the tests of each program's problem, up to the first that it fails."""
    toolchains = {key: found for key, language in LANGUAGES.items() if (found := language.find())}
    async with open_isolation(paths_of(toolchains)) as isolation:
        runner = Runner(isolation, workers=len(os.sched_getaffinity(0)))
        compiler = Compiler(runner, isolation.folder, toolchains, batch=batch)
        judge = Judge(runner, compiler, isolation.level, isolation.shortfalls)
        await precompile(cpp_toolchain(), runner)
        a_few = asyncio.Semaphore(2 * max(batch, BATCH))

        async def both(known: Known) -> Opinions:
            cases = [named.case for named in known.problem.cases]
            limits, checker = known.problem.limits, known.problem.checker
            async with a_few, compiler.compiled(known.program, Tier.FILTER) as compiled:
                sifted = await judge.sift(known.program, cases, limits, checker)
                judged = await judge.test(known.program, cases, limits, checker, stop_at_first_failure=True)
            return Opinions(known, compiled.tier, sifted.verdict if sifted else None, judged.verdict)

        try:
            return await asyncio.gather(*map(both, programs))
        finally:
            await compiler.close()


def print_opinions(found: Sequence[Opinions]) -> None:
    """How many of each kind, and the programs that were wronged."""
    table = Counter((one.judged.value, one.sifted or "too slow", one.tier.value) for one in found)
    print(f"{len(found)} programs on all tests of their problems\n")
    print(f"{'judge':<8}{'first look':<12}{'in tier':<8}{'programs':>8}")
    for (judged, sifted, tier), n in sorted(table.items()):
        print(f"{judged:<8}{sifted:<12}{tier:<8}{n:>8}")
    wronged = [one for one in found if one.is_wronged]
    print(f"\n{len(wronged)} turned away that the judge accepts")
    for one in wronged:
        print(f"  {one.known.name}: {one.sifted}")


async def run(args: argparse.Namespace) -> int:
    programs = cpp_programs(args.problems)
    if not programs:
        sys.exit(f"There are no C++ programs below {args.problems}.")
    if not args.equivalence:
        programs = [known for known in programs if not args.joinable or may_join(known.program.code)]
        chosen = random.Random(args.seed).sample(programs, min(args.programs, len(programs)))
        print_arms(await compare(chosen, args.batch or BATCH), len(chosen))
        return 0
    began = time.monotonic()
    found = await compare_verdicts(programs[:: args.every], args.batch or 1)
    print_opinions(found)
    print(f"{time.monotonic() - began:.0f} s")
    return int(any(one.is_wronged for one in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--problems", type=Path, default=PROBLEMS, metavar="FOLDER")
    parser.add_argument("--programs", type=int, default=24, metavar="N", help="how many to compile, drawn at random")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--joinable", action="store_true", help="leave out programs that are compiled by themselves")
    parser.add_argument("--equivalence", action="store_true", help="compare verdicts, not time")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="with --equivalence, every N-th program")
    parser.add_argument(
        "--batch", type=int, metavar="N", help=f"programs compiled as one; default: {BATCH}, with --equivalence 1"
    )
    args = parser.parse_args()
    sys.exit(asyncio.run(run(args)))


if __name__ == "__main__":
    main()
