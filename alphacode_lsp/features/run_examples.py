"""`alphacode.test`: run the buffer as it is, or a candidate, on the statement's examples, in the sandbox."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from lsprotocol import types

from alphacode_lsp import records
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.candidates import title_of
from alphacode_lsp.features.diagnostics import Mark, case_text, marks_of_judgement, publish
from alphacode_lsp.features.documents import refresh
from alphacode_lsp.language import shown
from alphacode_lsp.progress import Progress
from alphacode_lsp.search import counted
from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Run
from alphacode_lsp.settings import TestsSettings
from alphacode_lsp.view import View, view_of
from alphacode_sandbox import (
    Case,
    CaseResult,
    Judgement,
    Limits,
    Program,
    RunResult,
    SandboxError,
    SandboxUnavailable,
    Verdict,
)
from alphacode_server.problem import Problem
from alphacode_server.protocol import CheckerBody, ExampleBody, JudgedCase, JudgeReply, JudgeRequest
from alphacode_server.protocol.errors import BackendError


@dataclass(frozen=True, slots=True)
class CandidateTarget:
    """A candidate by its rank."""

    rank: int = field(metadata={records.AT_LEAST: 1})


@dataclass(frozen=True, slots=True)
class TestArguments:
    """What to run, and on which examples; without `tests`, on all of them."""

    __test__ = False  # The name is the command's.

    uri: str
    target: Literal["buffer"] | CandidateTarget = "buffer"
    tests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One run: a program, the examples it gets, and what to call it."""

    program: Program
    problem: Problem
    numbers: tuple[int, ...]
    """The examples' numbers in the statement, from 1."""
    limits: Limits
    """For the judge, which multiplies the time by the factors of the language and of its machine."""
    title: str
    document: Document
    is_buffer: bool

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(self.problem.examples[number - 1] for number in self.numbers)

    def shown_limits(self, judgement: Judgement) -> Limits:
        """The limits that this program had in the end."""
        return replace(self.limits, time_s=judgement.time_limit_s or self.limits.time_s)


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.test")
    async def test(*arguments: Any) -> dict[str, object]:
        await server.settle()
        return start(server, read_arguments(TestArguments, "alphacode.test", arguments))


def start(server: AlphaCodeServer, asked: TestArguments) -> dict[str, object]:
    """Start a run in the background, or say why not."""
    document = server.document(asked.uri)
    if document is not None:
        refresh(server, document)
    view = view_of(server, asked.uri)
    if view is not None and view.is_statement and view.target is not None:
        return start(server, replace(asked, uri=view.target))
    task = task_of(asked, view, server.session.settings_for(asked.uri).tests)
    if isinstance(task, str):
        server.say(types.MessageType.Warning, f"AlphaCode cannot run the examples: {task}.")
        return {"run": None, "reason": task}
    if asked.uri in server.session.running_examples:
        reason = "they are running already"
        return {"run": None, "reason": reason}
    run = uuid.uuid4().hex[:12]
    server.session.running_examples.add(asked.uri)
    server.background(_run(server, run, task))
    return {"run": run}


def task_of(asked: TestArguments, view: View | None, settings: TestsSettings) -> Task | str:
    """The run that was asked for, or a sentence saying why it cannot be done."""
    if view is None or view.problem is None:
        return (view.binding.trouble if view else None) or f"{asked.uri} is neither a program nor a statement"
    problem, statement = view.problem, view.binding.statement
    if not problem.examples:
        return f"no examples could be read from {statement.name if statement else 'the statement'}"
    numbers = asked.tests or tuple(range(1, len(problem.examples) + 1))
    wrong = [number for number in numbers if not 1 <= number <= len(problem.examples)]
    if wrong:
        return f"there is no example {wrong[0]}; the statement has {len(problem.examples)}"
    limits = limits_of(problem, settings)
    if isinstance(asked.target, CandidateTarget):
        candidate = view.search.candidate(asked.target.rank) if view.search else None
        if candidate is None or view.search is None:
            return f"there is no candidate {asked.target.rank:02}"
        program = Program(candidate.language, candidate.code)
        title = title_of(candidate, view.search.counts).partition(":")[0]
        return Task(program, problem, numbers, limits, title, view.document, is_buffer=False)
    if view.document.language is None:
        return "a statement cannot be run; open a C++ or Python program"
    program = Program(view.document.language, view.document.text)
    return Task(program, problem, numbers, limits, view.document.path.name, view.document, is_buffer=True)


def limits_of(problem: Problem, settings: TestsSettings) -> Limits:
    """The statement's limits, the settings' for those it does not name, times the user's factor for this machine."""
    time_ms = problem.time_limit_ms or settings.default_time_limit_ms
    return Limits(
        time_s=time_ms / 1000 * settings.time_multiplier,
        memory_mb=problem.memory_limit_mb or settings.default_memory_mb,
        output_kb=settings.output_limit_kb,
    )


def summary(judgement: Judgement, numbers: Sequence[int], limits: Limits) -> str:
    """`3/3 examples pass (12 ms at most)`, or how many fail and how the first does."""
    if judgement.verdict is Verdict.CE:
        return "it does not compile"
    failed = [case for case in judgement.cases if case.verdict not in (Verdict.AC, Verdict.RUN)]
    total = len(numbers)
    if not failed:
        slowest = max((case.run.cpu_s for case in judgement.cases), default=0.0)
        return f"{total}/{total} examples pass ({slowest * 1000:.0f} ms at most)"
    return (
        f"{counted(len(failed), 'example')} of {total} failed. {case_text(failed[0], numbers[failed[0].index], limits)}"
    )


async def _run(server: AlphaCodeServer, run: str, task: Task) -> None:
    uri, text = task.document.uri, "Failed"
    work = asyncio.current_task()
    progress = Progress(server, on_cancel=lambda: _cancel(work))
    try:
        server.refresh_lenses()
        await progress.begin(f"AlphaCode: running {task.title}", counted(len(task.numbers), "example"), False)
        judgement, isolation = await judge_anywhere(server, task)
        text = summary(judgement, task.numbers, task.shown_limits(judgement))
        server.session.runs[uri] = Run(run, task.title, judgement, isolation, task.document.version)
        if task.is_buffer:
            _publish(server, task, judgement)
        passes = judgement.verdict in (Verdict.AC, Verdict.RUN)
        kind = types.MessageType.Info if passes else types.MessageType.Warning
        server.say(kind, f"{task.title}: {text}" if not task.is_buffer else f"AlphaCode: {task.title}: {text}")
    except (SandboxError, BackendError) as error:
        server.say(types.MessageType.Error, f"AlphaCode: the examples were not run: {error}")
    except asyncio.CancelledError:
        text = "Cancelled"
        raise
    finally:
        server.session.running_examples.discard(uri)
        progress.end(text)
        server.refresh_lenses()


def _cancel(work: "asyncio.Task[None] | None") -> None:
    if work is not None:
        work.cancel()


def _publish(server: AlphaCodeServer, task: Task, judgement: Judgement) -> None:
    document = server.document(task.document.uri)
    if document is None or document.version != task.document.version:
        return  # The text that was run is not there any more, and neither are its lines.
    marks: list[Mark] = marks_of_judgement(judgement, task.numbers, task.shown_limits(judgement), document.text)
    publish(server, document.uri, "run", marks, document)


async def judge_anywhere(server: AlphaCodeServer, task: Task) -> tuple[Judgement, str]:
    """In this machine's sandbox, or at the backend where this machine has none or lacks the language."""
    try:
        judge = await server.judge.get()
    except SandboxUnavailable as unavailable:
        return await _judge_at_backend(server, task, str(unavailable))
    if task.program.language not in judge.languages:
        return await _judge_at_backend(server, task, f"this machine has no {shown(task.program.language)} toolchain")
    judgement = await judge.test(task.program, task.cases, task.limits, task.problem.checker)
    return judgement, f"local {judge.isolation}"


async def _judge_at_backend(server: AlphaCodeServer, task: Task, why: str) -> tuple[Judgement, str]:
    request = JudgeRequest(
        language=task.program.language,
        code=task.program.code,
        cases=tuple(ExampleBody(case.input, case.expected or "") for case in task.cases),
        time_limit_ms=round(task.limits.time_s * 1000),
        memory_limit_mb=task.limits.memory_mb,
        checker=CheckerBody(task.problem.checker.kind, task.problem.checker.tolerance),
    )
    try:
        reply = await server.backend.client().judge(request)
    except BackendError as error:
        raise SandboxUnavailable(f"{why}; and the backend cannot do it either: {error}") from error
    return judgement_of(reply), f"backend {reply.isolation}"


def judgement_of(reply: JudgeReply) -> Judgement:
    cases = tuple(_case_of(case) for case in reply.cases)
    limit_s = None if reply.time_limit_ms is None else reply.time_limit_ms / 1000
    return Judgement(Verdict(reply.verdict), reply.compile_output, cases, limit_s)


def _case_of(case: JudgedCase) -> CaseResult:
    verdict = Verdict(case.verdict)
    ran = Verdict.RUN if verdict in (Verdict.AC, Verdict.WA) else verdict
    seconds = case.time_ms / 1000
    run = RunResult(ran, case.stdout, case.stderr, None, None, seconds, seconds, case.memory_kb)
    return CaseResult(case.index - 1, verdict, run, case.difference)
