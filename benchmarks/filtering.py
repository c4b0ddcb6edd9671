"""What compiling and filtering cost, on programs that contest juries wrote: right ones, and wrong ones of all kinds."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from methods import Stopwatch

from alphacode_sandbox import LANGUAGES, Case, Limits, Program, language_of, open_judge
from alphacode_sandbox.compilation import Tier
from alphacode_sandbox.compiler import Compiler, paths_of
from alphacode_sandbox.isolation import open_isolation
from alphacode_sandbox.precompiled import PrecompiledHeaders
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.toolchain import Toolchain


@dataclass(frozen=True, slots=True)
class Submission:
    """A program with its problem's samples and limits."""

    program: Program
    samples: tuple[Case, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Sifted:
    """What became of many programs."""

    n_programs: int
    cpu_s: float
    wall_s: float
    ends: Counter[str]


def submissions(problems: Path, language: str, n_programs: int) -> list[Submission]:
    """At most so many programs of a language, from all problems alike."""
    found = []
    for metadata in sorted(problems.glob("*/*/problem.json")):
        inputs = sorted((metadata.parent / "samples").glob("*.in"))
        samples = tuple(Case(file.read_text(), file.with_suffix(".ans").read_text()) for file in inputs)
        limits = Limits(time_s=json.loads(metadata.read_text())["time_limit_s"] or 5)
        for file in sorted((metadata.parent / "submissions").glob("*/*")):
            spoken = language_of(file)
            if spoken is not None and spoken.id == language:
                found.append(Submission(Program(language, file.read_text()), samples, limits))
    return [found[i * len(found) // n_programs] for i in range(min(n_programs, len(found)))]


async def sift(work: Sequence[Submission]) -> Sifted:
    """Gives every program its first look and, where it passes, its judgement, as a search does."""
    async with open_judge() as judge:
        watch, began = Stopwatch(), time.perf_counter()
        judgements = await asyncio.gather(*(judge.sift(one.program, one.samples, one.limits) for one in work))
        cpu_s, wall_s = watch.cpu_s(), time.perf_counter() - began
    ends = Counter("too slow yet" if judgement is None else str(judgement.verdict) for judgement in judgements)
    return Sifted(len(work), cpu_s, wall_s, ends)


async def compile_all(programs: Sequence[Program]) -> list[dict[str, float]]:
    """For each C++ program the CPU seconds of each way to compile it: plainly as `g++ -O2`, and in the two tiers."""
    toolchain = LANGUAGES["cpp"].find()
    assert toolchain is not None
    plainly = tuple(re.sub(r" -fuse-ld=\w+", "", part) for part in toolchain.compile)
    plain = replace(toolchain, compile=plainly, precompiled=None, filter=None)
    async with open_isolation(paths_of({"cpp": toolchain})) as isolation:
        runner = Runner(isolation, 1)
        await _build_headers(toolchain, runner)

        def way(name: str, toolchain: Toolchain, tier: Tier) -> tuple[Compiler, Tier]:
            folder = isolation.folder / name
            folder.mkdir()
            return Compiler(runner, folder, {"cpp": toolchain}), tier

        ways = {
            "g++ -O2": way("plain", plain, Tier.JUDGE),
            "judge tier": way("judge", toolchain, Tier.JUDGE),
            "filter tier": way("filter", toolchain, Tier.FILTER),
        }
        return [{name: await _compile(program, *way) for name, way in ways.items()} for program in programs]


async def _build_headers(toolchain: Toolchain, runner: Runner) -> None:
    """Precompiles what is missing, which a judge does beside its work."""
    headers = PrecompiledHeaders(runner)
    for one in (toolchain, toolchain.filter):
        if one and one.precompiled and not headers.folder(one, one.precompiled.mentioned):
            await headers.build(one)


async def _compile(program: Program, compiler: Compiler, tier: Tier) -> float:
    watch = Stopwatch()
    async with compiler.compiled(program, tier):
        return watch.cpu_s()
