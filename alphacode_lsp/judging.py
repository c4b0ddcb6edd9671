"""Runs a program's cases: in this machine's sandbox, or at the backend where this machine has none."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from alphacode_lsp.language import shown
from alphacode_lsp.runs import NumberedCase, Running, overall
from alphacode_lsp.server import AlphaCodeServer
from alphacode_sandbox import (
    CaseResult,
    Checker,
    CheckerProgram,
    Judge,
    Judgement,
    Limits,
    Program,
    RunResult,
    SandboxUnavailable,
    Verdict,
)
from alphacode_server.protocol import CheckerBody, ExampleBody, JudgedCase, JudgeReply, JudgeRequest
from alphacode_server.protocol.errors import BackendError


@dataclass(frozen=True, slots=True)
class Order:
    """A program, the cases it gets, and how it is judged."""

    program: Program
    cases: tuple[NumberedCase, ...]
    limits: Limits
    """For the judge, which multiplies the time by the factors of the language and of its machine."""
    checker: Checker | CheckerProgram
    parallel: int = 0
    """How many cases run at a time; 0 leaves it to the sandbox."""


async def judge_anywhere(
    server: AlphaCodeServer, order: Order, running: Running, on_done: Callable[[], None]
) -> tuple[Judgement, str]:
    """The judgement without the cases that were killed, and where it was made. `on_done` hears of each case's end."""
    try:
        judge = await server.judge.get()
    except SandboxUnavailable as unavailable:
        return await _judge_at_backend(server, order, str(unavailable))
    if order.program.language not in judge.languages:
        return await _judge_at_backend(server, order, f"this machine has no {shown(order.program.language)} toolchain")
    return await _judge_here(judge, order, running, on_done), f"local {judge.isolation}"


async def _judge_here(judge: Judge, order: Order, running: Running, on_done: Callable[[], None]) -> Judgement:
    compilation = await judge.compile(order.program)
    if not compilation.ok:
        return Judgement(Verdict.CE, compilation.output, ())
    room = asyncio.Semaphore(order.parallel or len(order.cases))
    time_limits: list[float | None] = []

    async def judged(index: int, case: NumberedCase) -> CaseResult:
        async with room:
            judgement = await judge.test(order.program, (case.case,), order.limits, order.checker)
        time_limits.append(judgement.time_limit_s)
        return replace(judgement.cases[0], index=index)

    tasks = [asyncio.create_task(judged(index, case)) for index, case in enumerate(order.cases)]
    running.tasks = {case.number: task for case, task in zip(order.cases, tasks, strict=True)}
    for task in tasks:
        task.add_done_callback(lambda _: on_done())
    try:
        await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    results = tuple(task.result() for task in tasks if not task.cancelled())
    return Judgement(overall(results), compilation.output, results, next(iter(time_limits), None))


async def _judge_at_backend(server: AlphaCodeServer, order: Order, why: str) -> tuple[Judgement, str]:
    if isinstance(order.checker, CheckerProgram):
        raise SandboxUnavailable(f"{why}; and a checker program is never sent to a backend")
    request = JudgeRequest(
        language=order.program.language,
        code=order.program.code,
        cases=tuple(ExampleBody(case.case.input, case.case.expected or "") for case in order.cases),
        time_limit_ms=round(order.limits.time_s * 1000),
        memory_limit_mb=order.limits.memory_mb,
        checker=CheckerBody(order.checker.kind, order.checker.tolerance),
    )
    try:
        reply = await (await server.backend.client()).judge(request)
    except BackendError as error:
        raise SandboxUnavailable(f"{why}; and the backend cannot do it either: {error}") from error
    return judgement_of(reply, order), f"backend {reply.isolation}"


def judgement_of(reply: JudgeReply, order: Order) -> Judgement:
    """The backend compares with every output; a case without an expected one has only run."""
    if reply.verdict == Verdict.CE:
        return Judgement(Verdict.CE, reply.compile_output, ())
    results = tuple(_result_of(judged, order.cases[judged.index - 1]) for judged in reply.cases)
    limit_s = None if reply.time_limit_ms is None else reply.time_limit_ms / 1000
    return Judgement(overall(results), reply.compile_output, results, limit_s)


def _result_of(judged: JudgedCase, case: NumberedCase) -> CaseResult:
    verdict = Verdict(judged.verdict)
    ran = Verdict.RUN if verdict in (Verdict.AC, Verdict.WA) else verdict
    seconds = judged.time_ms / 1000
    run = RunResult(ran, judged.stdout, judged.stderr, None, None, seconds, seconds, judged.memory_kb)
    if case.case.expected is None:
        return CaseResult(judged.index - 1, ran, run)
    return CaseResult(judged.index - 1, verdict, run, judged.difference)
