"""One program judged on given cases, for editors without a sandbox of their own."""

from alphacode_sandbox import Case, CaseResult, Checker, Judge, Program
from alphacode_server.problem import Problem
from alphacode_server.protocol import JudgedCase, JudgeReply, JudgeRequest

MAX_OUTPUT_CHARS = 64 * 1024
"""Of each output of each case; the sandbox itself allows far more than an editor can show."""


async def judged(request: JudgeRequest, judge: Judge) -> JudgeReply:
    """The verdict on an admitted request."""
    # A problem without a statement: it knows which limits hold where none were given.
    problem = Problem(
        title="",
        statement="",
        examples=tuple(Case(case.input, case.output) for case in request.cases),
        time_limit_ms=request.time_limit_ms,
        memory_limit_mb=request.memory_limit_mb,
        checker=Checker.named(request.checker.kind, request.checker.tolerance),
    )
    program = Program(request.language, request.code)
    judgement = await judge.test(program, problem.examples, problem.limits, problem.checker)
    cases = tuple(_case(result) for result in judgement.cases)
    limit_ms = None if judgement.time_limit_s is None else round(1000 * judgement.time_limit_s)
    return JudgeReply(judgement.verdict, judgement.compile_output, cases, judge.isolation, limit_ms)


def _case(result: CaseResult) -> JudgedCase:
    return JudgedCase(
        index=result.index + 1,
        verdict=result.verdict,
        time_ms=round(1000 * result.run.cpu_s),
        memory_kb=result.run.memory_kb,
        stdout=result.run.stdout[:MAX_OUTPUT_CHARS],
        stderr=result.run.stderr[:MAX_OUTPUT_CHARS],
        difference=result.difference,
    )
