"""Stress testing: a generator writes small inputs until a program and a slow but certain one disagree.

The generator gets a seed, 1, 2, 3 and so on, as its only argument and as all of its standard input.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace

from alphacode_sandbox.case import Case
from alphacode_sandbox.checker import Checker
from alphacode_sandbox.checker_program import CheckerProgram
from alphacode_sandbox.judge import Judge
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.program import Program
from alphacode_sandbox.verdict import CaseResult, RunResult, Verdict
from alphacode_sandbox.words import last_line, reason

_SLOWER = 5
"""How many times the limit the generator and the brute force may take."""
_SUSPICIOUS = 30
"""After so many seeds of no use something is wrong with who was to make use of them."""


@dataclass(frozen=True, slots=True)
class StressPrograms:
    """The program in question, the one whose answers are right, and the one that writes inputs."""

    solution: Program
    brute_force: Program
    generator: Program


@dataclass(frozen=True, slots=True)
class Comparison:
    """An input, and what became of the program on it."""

    seed: int
    case: Case
    """The input, and what the brute force printed."""
    result: CaseResult
    limits: Limits
    """Those that it had in the end."""


@dataclass(frozen=True, slots=True)
class StressOutcome:
    """How far it went."""

    n_compared: int = 0
    """Different inputs on which both programs ran."""
    n_skipped: int = 0
    """Inputs on which the brute force took too long."""
    difference: Comparison | None = None
    """The first input on which the program is not right."""


class StressError(Exception):
    """The generator or the brute force is of no use; the message says which, and why."""


async def stress(
    judge: Judge,
    programs: StressPrograms,
    limits: Limits,
    checker: Checker | CheckerProgram,
    seeds: range,
    on_progress: Callable[[StressOutcome], None],
) -> StressOutcome:
    """Stops at the first difference or failure in the order of the seeds, however many run at a time.

    Raises StressError, and ToolchainMissing.
    """
    await _compile(judge, programs)
    seen: set[str] = set()
    outcome = StressOutcome()
    for first in range(seeds.start, seeds.stop, judge.slots.workers):
        batch = range(first, min(first + judge.slots.workers, seeds.stop))
        inputs = (_input(judge, programs.generator, limits, seed) for seed in batch)
        fresh: list[Coroutine[None, None, Comparison | None]] = []
        failure: BaseException | None = None
        for seed, text in zip(batch, await asyncio.gather(*inputs, return_exceptions=True), strict=True):
            if isinstance(text, BaseException):
                failure = text  # Of the generator; its turn comes after the seeds before it.
                break
            if text not in seen:
                seen.add(text)
                fresh.append(_compared(judge, programs, limits, checker, seed, text))
        for compared in await asyncio.gather(*fresh, return_exceptions=True):
            if isinstance(compared, BaseException):
                raise compared
            outcome = _counted(outcome, compared)
            if outcome.difference is not None:
                return outcome
        if failure is not None:
            raise failure
        _check_use(batch.stop - seeds.start, seen, outcome)
        on_progress(outcome)
    return outcome


def _counted(outcome: StressOutcome, compared: Comparison | None) -> StressOutcome:
    if compared is None:
        return replace(outcome, n_skipped=outcome.n_skipped + 1)
    is_right = compared.result.verdict is Verdict.AC
    return replace(outcome, n_compared=outcome.n_compared + 1, difference=None if is_right else compared)


async def _compile(judge: Judge, programs: StressPrograms) -> None:
    named = {
        "the generator": programs.generator,
        "the brute force": programs.brute_force,
        "the program": programs.solution,
    }
    compilations = await asyncio.gather(*map(judge.compile, named.values()))
    for name, compilation in zip(named, compilations, strict=True):
        if not compilation.ok:
            raise StressError(f"{name} does not compile: {last_line(compilation.output)}")


async def _input(judge: Judge, generator: Program, limits: Limits, seed: int) -> str:
    (run,) = await judge.run(generator, [f"{seed}\n"], _patient(limits), [str(seed)])
    if run.verdict is not Verdict.RUN:
        raise StressError(f"the generator fails with seed {seed}: {_end(run, limits)}")
    return run.stdout


async def _compared(
    judge: Judge,
    programs: StressPrograms,
    limits: Limits,
    checker: Checker | CheckerProgram,
    seed: int,
    text: str,
) -> Comparison | None:
    """What became of the program on an input; None where the brute force takes too long for it."""
    (run,) = await judge.run(programs.brute_force, [text], _patient(limits))
    if run.verdict is Verdict.TLE:
        return None
    if run.verdict is not Verdict.RUN:
        raise StressError(f"the brute force fails on the input of seed {seed}: {_end(run, limits)}")
    case = Case(text, run.stdout)
    judgement = await judge.test(programs.solution, (case,), limits, checker)
    if judgement.verdict is Verdict.IE:
        raise StressError(reason(judgement.cases[0], limits))
    used = replace(limits, time_s=judgement.time_limit_s or limits.time_s)
    return Comparison(seed, case, judgement.cases[0], used)


def _check_use(n_seeds: int, seen: set[str], outcome: StressOutcome) -> None:
    if n_seeds >= _SUSPICIOUS and len(seen) == 1:
        raise StressError(
            "the generator writes the same input for every seed; it gets the seed as its argument and on standard input"
        )
    if outcome.n_skipped >= _SUSPICIOUS and not outcome.n_compared:
        raise StressError("the brute force takes too long for all that the generator writes; make the inputs smaller")


def _patient(limits: Limits) -> Limits:
    return replace(limits, time_s=_SLOWER * limits.time_s)


def _end(run: RunResult, limits: Limits) -> str:
    why = reason(CaseResult(0, run.verdict, run), _patient(limits))
    return f"{run.verdict}, {why}" if why else run.verdict
