"""A candidate and an interactor, two programs and two pipes between them, and whose fault it was.

Each runs in a sandbox of its own under its own CPU limit. The candidate's wall clock stands still while the interactor
computes. Both waiting for each other is ILE; what is written and not read is bounded by the pipe, so a flood ends with
the interactor's end or with the writer's own limits. An interactor that sleeps looks like one that waits.

Who ended first decides what counts. A candidate that fails does so whatever the interactor makes of the silence, unless
the interactor had rejected it before; and who only died of writing to somebody who had left is not at fault.
"""

import signal
from dataclasses import replace

from alphacode_sandbox.case import Case
from alphacode_sandbox.checker_program import (
    CheckerProgram,
    Opinion,
    case_files,
    does_not_compile,
    judging_command,
    opinion_of,
)
from alphacode_sandbox.compilation import Compiled
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.toolchain import SCRATCH
from alphacode_sandbox.verdict import CaseResult, RunResult, Verdict


async def interact(  # noqa: PLR0913
    index: int,
    case: Case,
    candidate: Compiled,
    limits: Limits,
    interactor: CheckerProgram,
    compiled: Compiled,
    runner: Runner,
) -> CaseResult:
    """One case; the result's run is the candidate's, without its output, which only the interactor has seen."""
    if not compiled.compilation.ok:
        opinion = does_not_compile(compiled, "interactor")
        return CaseResult(index, opinion.verdict, _NEVER_RUN, opinion.reason)
    with case_files(runner.folder, case) as files:
        one = candidate.command(limits)
        other = judging_command(interactor, compiled, files, f"{SCRATCH}/output")
        # Whatever makes both wait, the candidate's clock must run out first.
        other = replace(other, bounds=replace(other.bounds, wall_s=one.bounds.wall_s + other.bounds.wall_s))
        run, judging, candidate_first = await runner.converse(one, other)
    opinion = _judged(run, judging, interactor, candidate_first)
    return CaseResult(index, opinion.verdict, run, opinion.reason)


def _judged(run: RunResult, judging: RunResult, interactor: CheckerProgram, candidate_first: bool) -> Opinion:
    opinion = opinion_of(judging, interactor.form, "interactor")
    if run.verdict is Verdict.IE:
        return Opinion(Verdict.IE, "the sandbox could not run it")
    if run.verdict is not Verdict.RUN and (candidate_first or not _hung_up_on(run)):
        return Opinion(run.verdict) if candidate_first or opinion.verdict is Verdict.AC else opinion
    if candidate_first and opinion.verdict is Verdict.IE and _hung_up_on(judging):
        return Opinion(Verdict.WA, "the program ended before the interaction was over")
    return opinion


def _hung_up_on(run: RunResult) -> bool:
    """Whether it died of writing to a pipe that nobody reads any more; Python says so in words."""
    return run.signal == signal.SIGPIPE or (run.verdict is Verdict.RE and "BrokenPipeError" in run.stderr)


_NEVER_RUN = RunResult(Verdict.IE, "", "", exit_code=None, signal=None, cpu_s=0.0, wall_s=0.0, memory_kb=0)
