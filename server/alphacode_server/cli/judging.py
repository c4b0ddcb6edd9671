"""Judging the programs of a problem folder, and whether the verdicts agree with what the jury said."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alphacode_sandbox import CheckerProgram, Judge, Judgement, Limits, Program, Verdict
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.problem.folder import ACCEPTED, ProblemFolder, Submission


@dataclass(frozen=True, slots=True)
class Judged:
    """A program and what came of it."""

    submission: Submission
    judgement: Judgement

    @property
    def agrees(self) -> bool | None:
        """Whether the jury's accepted program is AC, or its other program is caught; None where it said nothing.

        Which way a program fails is not compared: it depends on the machine and on the order of the tests.
        """
        verdict, expected = self.judgement.verdict, self.submission.expected
        if expected is None:
            return None
        if verdict in _CATCHES_NOTHING and expected not in _NOT_COMPILING:
            return False
        return (verdict is Verdict.AC) == (expected == ACCEPTED)


# A jury's programs compile where it judges, so one that does not here says something about our compiler. An internal
# error is ours as well.
_CATCHES_NOTHING = (Verdict.CE, Verdict.IE)
_NOT_COMPILING = ("compile_error", "compiler_error")


async def judge_submissions(
    folder: ProblemFolder,
    submissions: Sequence[Submission],
    judge: Judge,
    limits: Limits,
    *,
    stop_at_first_failure: bool,
    on_judged: Callable[[Judged], None],
) -> tuple[Judged, ...]:
    """Every program on every case, in the order given; `on_judged` hears of each as it is done."""
    # The judge bounds what runs. This bounds how many programs hold all inputs of a large folder at a time.
    places = asyncio.Semaphore(2 * len(os.sched_getaffinity(0)))
    cases = tuple(named.case for named in folder.cases)

    async def judgement_of(program: Program) -> Judgement:
        checker = folder.checker
        if folder.is_interactive and isinstance(checker, CheckerProgram):
            return await judge.interact(program, checker, cases, limits, stop_at_first_failure=stop_at_first_failure)
        return await judge.test(program, cases, limits, checker, stop_at_first_failure=stop_at_first_failure)

    async def judged(submission: Submission) -> Judged:
        async with places:
            return Judged(submission, await judgement_of(submission.program))

    return tuple(await all_of(map(judged, submissions), on_judged))
