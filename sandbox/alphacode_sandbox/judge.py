"""The judge: compiles programs, runs them on cases and compares what they print.

async with open_judge() as judge:
    judgement = await judge.test(Program("cpp", code), problem.examples)
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from alphacode_sandbox.case import Case
from alphacode_sandbox.checker import Checker
from alphacode_sandbox.checker_program import CheckerProgram, Opinion, checked
from alphacode_sandbox.compilation import Compilation, Compiled, Tier
from alphacode_sandbox.compiler import Compiler, paths_of
from alphacode_sandbox.interaction import interact
from alphacode_sandbox.isolation import Layers, open_isolation
from alphacode_sandbox.languages import LANGUAGES
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.pace import host_factor
from alphacode_sandbox.program import Program
from alphacode_sandbox.runner import Runner, Slots
from alphacode_sandbox.verdict import CaseResult, Judgement, RunResult, Verdict

T = TypeVar("T")

_LIMITS = Limits()
_CHECKER = Checker()


@asynccontextmanager
async def open_judge(
    workers: int | None = None, layers: Layers | None = None, batch: int = 1
) -> "AsyncIterator[Judge]":
    """A judge that runs up to `workers` programs at a time, by default one per processor we may use.

    The level is the best that this machine can be shown to reach, or exactly `layers`. `sift` compiles up to `batch`
    programs as one for their first look: cheaper, but they are not safe from each other.

    Raises SandboxUnavailable on entry when nothing untrusted may be run on this machine. On exit whatever still runs is
    killed and every file is gone.
    """
    toolchains = {key: found for key, language in LANGUAGES.items() if (found := language.find())}
    async with open_isolation(paths_of(toolchains), layers) as isolation:
        runner = Runner(isolation, workers or len(os.sched_getaffinity(0)))
        factor = await host_factor(runner)
        compiler = Compiler(runner, isolation.folder, toolchains, batch=batch, host_factor=factor)
        try:
            yield Judge(runner, compiler, isolation.level, isolation.shortfalls)
        finally:
            await compiler.close()


class Judge:
    """Many calls may be in flight; a cancelled call kills what runs for it. Made by `open_judge`."""

    def __init__(self, runner: Runner, compiler: Compiler, isolation: str, shortfalls: Sequence[str]) -> None:
        self._runner = runner
        self._compiler = compiler
        self.isolation = isolation
        """The level that was shown at the start, as `Layers.level` has it."""
        self.shortfalls = tuple(shortfalls)
        """Why there is no better level on this machine, a sentence for each."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Ids of the languages whose toolchain was found."""
        return self._compiler.languages

    @property
    def slots(self) -> Slots:
        """How many commands may run at a time, how many do, and how many wait."""
        return self._runner.slots

    @property
    def host_factor(self) -> float:
        """By how much time limits are longer here than on a contest's judge, which is faster; 1 where it is not."""
        return self._compiler.host_factor

    async def compile(self, program: Program) -> Compilation:
        """Compiles, or says what came of it before. Raises ToolchainMissing; SandboxError when the judge is broken."""
        async with self._compiler.compiled(program) as compiled:
            return compiled.compilation

    async def run(
        self, program: Program, inputs: Sequence[str], limits: Limits = _LIMITS, arguments: Sequence[str] = ()
    ) -> tuple[RunResult, ...]:
        """One run per input, in order; nothing for a program that does not compile (`compile` says why)."""
        async with self._compiler.compiled(program) as compiled:
            if not compiled.compilation.ok:
                return ()
            command = compiled.command(limits)
            command = replace(command, arguments=(*command.arguments, *arguments))
            return await self._runner.run_all(command, [text.encode(errors="replace") for text in inputs])

    async def test(
        self,
        program: Program,
        cases: Sequence[Case],
        limits: Limits = _LIMITS,
        checker: Checker | CheckerProgram = _CHECKER,
        *,
        stop_at_first_failure: bool = False,
    ) -> Judgement:
        """Runs every case, or up to the first that fails, and compares the outputs that are expected.

        A checker program that fails makes a case IE. Raises ToolchainMissing for its language as for the program's own.
        """
        async with self._compiler.compiled(program) as compiled:
            return await self._test(compiled, cases, limits, checker, stop_at_first_failure=stop_at_first_failure)

    async def sift(
        self,
        program: Program,
        cases: Sequence[Case],
        limits: Limits = _LIMITS,
        checker: Checker | CheckerProgram = _CHECKER,
    ) -> Judgement | None:
        """Like `test` up to the first failure, but cheap for a program that fails: a search calls it on every sample.

        None for a program that is too slow for a first look and may yet be right: `test` it when there is time. A first
        look is a fast compilation, where the language has one, and half a second before the language's factor. What it
        takes for wrong is wrong; what passes is compiled and run as `test` does it before anybody says so. As a fast
        compilation costs nearly half of the other, it pays where less than half of the programs pass.
        """
        tier = Tier.FILTER if cases else Tier.JUDGE
        short = replace(limits, time_s=min(limits.time_s, _FIRST_LOOK_S))
        async with self._compiler.compiled(program, tier) as compiled:
            first = await self._test(compiled, cases, short, checker, stop_at_first_failure=True)
        if compiled.tier is Tier.JUDGE:
            hurried = first.verdict in (Verdict.TLE, Verdict.ILE) and short != limits
            return None if hurried else first
        if first.verdict in _NO_DOUBT:
            return first
        if first.verdict is Verdict.TLE:
            return None
        return await self.test(program, cases, limits, checker, stop_at_first_failure=True)

    async def interact(
        self,
        program: Program,
        interactor: CheckerProgram,
        cases: Sequence[Case],
        limits: Limits = _LIMITS,
        *,
        stop_at_first_failure: bool = False,
    ) -> Judgement:
        """Lets the program talk to an interactor, which reads each case, expected output included, and judges.

        An interactor that fails makes a case IE, unless the program had failed before. Raises ToolchainMissing.
        """
        async with self._compiler.compiled(program) as compiled:
            if not compiled.compilation.ok:
                return _judgement(Verdict.CE, compiled, limits)
            async with self._compiler.compiled(interactor.program) as other:

                async def judged(index: int, case: Case) -> CaseResult:
                    return await interact(index, case, compiled, limits, interactor, other, self._runner)

                results = await _each(judged, cases, stop_at_first_failure=stop_at_first_failure)
            return _judgement(_overall(results), compiled, limits, results)

    async def _test(
        self,
        compiled: Compiled,
        cases: Sequence[Case],
        limits: Limits,
        checker: Checker | CheckerProgram,
        *,
        stop_at_first_failure: bool,
    ) -> Judgement:
        if not compiled.compilation.ok:
            return _judgement(Verdict.CE, compiled, limits)
        async with self._opinions(checker) as opinion:

            async def judged(index: int, case: Case) -> CaseResult:
                run = await self._run(compiled, case.input, limits)
                if run.verdict is not Verdict.RUN or case.expected is None:
                    return CaseResult(index, run.verdict, run)
                said = await opinion(case, run.stdout)
                return CaseResult(index, said.verdict, run, said.reason)

            results = await _each(judged, cases, stop_at_first_failure=stop_at_first_failure)
        return _judgement(_overall(results), compiled, limits, results)

    @asynccontextmanager
    async def _opinions(
        self, checker: Checker | CheckerProgram
    ) -> AsyncIterator[Callable[[Case, str], Awaitable[Opinion]]]:
        """What says whether an output is right for a case."""
        if isinstance(checker, Checker):

            async def compared(case: Case, output: str) -> Opinion:
                difference = checker.difference(case.expected or "", output)
                return Opinion(Verdict.WA if difference else Verdict.AC, difference)

            yield compared
        else:
            async with self._compiler.compiled(checker.program) as compiled:
                yield lambda case, output: checked(output, case, checker, compiled, self._runner)

    async def _run(self, compiled: Compiled, text: str, limits: Limits) -> RunResult:
        return await self._runner.run(compiled.command(limits), text.encode(errors="replace"))


_GOOD = (Verdict.AC, Verdict.RUN)

_FIRST_LOOK_S = 0.5
_NO_DOUBT = (Verdict.WA, Verdict.RE, Verdict.OLE, Verdict.SV)
"""Failures that stand although they were seen in the filter tier."""


def _judgement(verdict: Verdict, compiled: Compiled, limits: Limits, results: tuple[CaseResult, ...] = ()) -> Judgement:
    return Judgement(verdict, compiled.compilation.output, results, compiled.time_limit_s(limits))


async def _each(
    judged: Callable[[int, Case], Coroutine[None, None, CaseResult]],
    cases: Sequence[Case],
    *,
    stop_at_first_failure: bool,
) -> tuple[CaseResult, ...]:
    if not stop_at_first_failure:
        return await _all([judged(index, case) for index, case in enumerate(cases)])
    results: list[CaseResult] = []
    for index, case in enumerate(cases):
        results.append(await judged(index, case))
        if results[-1].verdict not in _GOOD:
            break
    return tuple(results)


def _overall(results: Sequence[CaseResult]) -> Verdict:
    bad = (result.verdict for result in results if result.verdict not in _GOOD)
    good = Verdict.AC if any(result.verdict is Verdict.AC for result in results) else Verdict.RUN
    return next(bad, good)


async def _all(work: Sequence[Coroutine[None, None, T]]) -> tuple[T, ...]:
    """Results in order. When one fails or we are cancelled, the others are cancelled and have ended before we go on."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return tuple(await asyncio.gather(*tasks))
    finally:
        unfinished = [task for task in tasks if not task.done()]
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)
