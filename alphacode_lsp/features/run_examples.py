"""`alphacode.test`: run the buffer as it is, or a candidate, on the problem's cases, in the sandbox."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from lsprotocol import types

from alphacode_lsp.binding import files_of
from alphacode_lsp.choice import CandidateTarget, source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.candidates import title_of
from alphacode_lsp.features.diagnostics import Mark, case_text, marks_of_judgement, publish
from alphacode_lsp.features.documents import refresh
from alphacode_lsp.judging import Order, judge_anywhere
from alphacode_lsp.progress import Progress
from alphacode_lsp.runs import PASSES, Run, Running, trimmed
from alphacode_lsp.search import counted
from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.settings import LanguageSettings, Settings, TestsSettings
from alphacode_lsp.view import View, view_of
from alphacode_sandbox import Checker, CheckerKind, CheckerProgram, Judgement, Limits, Program, SandboxError, Verdict
from alphacode_server.problem import Problem
from alphacode_server.problem.checker_file import CheckerFileError, read_checker
from alphacode_server.protocol.errors import BackendError


@dataclass(frozen=True, slots=True)
class TestArguments:
    """What to run, and on which cases by their numbers; without `tests`, on all of them."""

    __test__ = False  # The name is the command's.

    uri: str
    target: Literal["buffer"] | CandidateTarget = "buffer"
    tests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelTestArguments:
    """Cases of what a document has running, all of them without `tests`."""

    uri: str
    tests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One run: what is judged, what it is called, and where its result goes."""

    order: Order
    key: tuple[Path, str]
    """The view's place, and the buffer's URI or the candidate's SHA-256."""
    title: str
    document: Document
    is_buffer: bool
    is_quiet: bool = False
    """Whether only diagnostics tell the result, as nobody asked."""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.test")
    async def test(*arguments: Any) -> dict[str, object]:
        await server.settle()
        return start(server, _without_preview(server, read_arguments(TestArguments, "alphacode.test", arguments)))

    @server.command("alphacode.cancelTest")
    async def cancel_test(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(CancelTestArguments, "alphacode.cancelTest", arguments)
        view = view_of(server, source_of(server, asked.uri))
        running = view.running if view else ()
        return {"cancelled": [number for one in running for number in one.kill(asked.tests)]}


def _without_preview(server: AlphaCodeServer, asked: TestArguments) -> TestArguments:
    """What is run from a candidate's preview is that candidate."""
    preview = server.session.previews.get(asked.uri)
    search = server.session.searches.get(preview.job) if preview else None
    if preview is None or search is None:
        return asked
    candidate = CandidateTarget(search.seen[preview.sha256].rank, preview.sha256)
    return replace(asked, uri=preview.source_uri, target=candidate if asked.target == "buffer" else asked.target)


def start(server: AlphaCodeServer, asked: TestArguments, *, is_quiet: bool = False) -> dict[str, object]:
    """Start a run in the background, or say why not."""
    document = server.document(asked.uri)
    if document is not None:
        refresh(server, document)
    view = view_of(server, asked.uri)
    if view is not None and view.is_statement and view.target is not None:
        return start(server, replace(asked, uri=view.target), is_quiet=is_quiet)
    settings = server.session.settings_for(asked.uri)
    try:
        task = task_of(asked, view, settings, lambda view: judging_checker(server, view, settings.tests))
    except CheckerFileError as error:
        task = str(error)
    if isinstance(task, str):
        if not is_quiet:
            server.say(types.MessageType.Warning, f"AlphaCode cannot run the examples: {task}.")
        return {"run": None, "reason": task}
    if task.key in server.session.running:
        return {"run": None, "reason": "they are running already"}
    running = Running(uuid.uuid4().hex[:12], task.key[1], task.title, tuple(case.number for case in task.order.cases))
    server.session.running[task.key] = running
    running.work = server.background(_run(server, running, replace(task, is_quiet=is_quiet)))
    return {"run": running.id}


def task_of(
    asked: TestArguments,
    view: View | None,
    settings: Settings,
    checker_of: Callable[[View], Checker | CheckerProgram],
) -> Task | str:
    """The run that was asked for, or a sentence saying why it cannot be done. Raises what `checker_of` does."""
    if view is None or view.problem is None:
        return (view.binding.trouble if view else None) or f"{asked.uri} is neither a program nor a statement"
    problem, statement = view.problem, view.binding.statement
    if not view.cases:
        return f"no examples could be read from {statement.name}" if statement else "no examples are known"
    wrong = [number for number in asked.tests if number not in {case.number for case in view.cases}]
    if wrong:
        return f"there is no example {wrong[0]}; there are {len(view.cases)}"
    cases = tuple(case for case in view.cases if not asked.tests or case.number in asked.tests)
    program, title, target = None, view.document.path.name, view.document.uri
    if isinstance(asked.target, CandidateTarget):
        search, sha256 = view.search, asked.target.sha256
        candidate = (search.seen.get(sha256) if sha256 else search.candidate(asked.target.rank)) if search else None
        if candidate is None or search is None:
            return f"there is no candidate {asked.target.rank:02}"
        program, target = Program(candidate.language, candidate.code), candidate.sha256
        title = title_of(candidate, search.counts).partition(":")[0]
    elif view.document.language is not None:
        program = program_of(view.document, settings.languages)
    if program is None:
        return "a statement cannot be run; open a C++ or Python program"
    order = Order(program, cases, limits_of(problem, settings.tests), checker_of(view), settings.tests.parallel)
    return Task(order, (view.place, target), title, view.document, is_buffer=target == view.document.uri)


def program_of(document: Document, languages: LanguageSettings) -> Program:
    """The buffer as it is now, in the dialect that the user chose for its language."""
    assert document.language is not None
    return Program(getattr(languages, document.language, document.language), document.text)


def limits_of(problem: Problem, settings: TestsSettings) -> Limits:
    """The statement's limits, the settings' for those it does not name, times the user's factor for this machine."""
    time_ms = problem.time_limit_ms or settings.default_time_limit_ms
    return Limits(
        time_s=time_ms / 1000 * settings.time_multiplier,
        memory_mb=problem.memory_limit_mb or settings.default_memory_mb,
        output_kb=settings.output_limit_kb,
    )


def judging_checker(server: AlphaCodeServer, view: View, settings: TestsSettings) -> Checker | CheckerProgram:
    """The program that the statement names, or its comparison; the settings' where it says nothing.

    Raises CheckerFileError.
    """
    problem, statement = view.problem, view.binding.statement
    if problem is not None and statement is not None and problem.checker_file is not None:
        return read_checker(problem.checker_file, statement.parent, files_of(server).read)
    if problem is None or problem.checker == Checker():
        return Checker(CheckerKind(settings.compare))
    return problem.checker


def summary(judgement: Judgement, numbers: Sequence[int], limits: Limits) -> str:
    """`3/3 examples pass (12 ms at most)`, or how many fail and how the first does."""
    if judgement.verdict is Verdict.CE:
        return "it does not compile"
    failed = [case for case in judgement.cases if case.verdict not in PASSES]
    total, n_killed = len(numbers), len(numbers) - len(judgement.cases)
    killed = f", {n_killed} killed" if n_killed else ""
    if not failed:
        slowest = max((case.run.cpu_s for case in judgement.cases), default=0.0)
        return f"{len(judgement.cases)}/{total} examples pass ({slowest * 1000:.0f} ms at most){killed}"
    how = case_text(failed[0], numbers[failed[0].index], limits)
    return f"{counted(len(failed), 'example')} of {total} failed{killed}. {how}"


async def _run(server: AlphaCodeServer, running: Running, task: Task) -> None:
    text = "Failed"
    progress = Progress(server, on_cancel=running.stop)
    n_cases = len(running.numbers)
    try:
        server.tell_tests_changed(task.document.uri)
        if not task.is_quiet:
            await progress.begin(f"AlphaCode: running {task.title}", counted(n_cases, "example"), False)
        judgement, isolation = await judge_anywhere(
            server, task.order, running, on_done=lambda: progress.report(f"{running.done} of {n_cases} examples run")
        )
        run = _keep(server, running, task, judgement, isolation)
        text = summary(judgement, running.numbers, run.limits)
        if not task.is_quiet:
            kind = types.MessageType.Info if judgement.verdict in PASSES else types.MessageType.Warning
            server.say(kind, f"AlphaCode: {task.title}: {text}" if task.is_buffer else f"{task.title}: {text}")
    except (SandboxError, BackendError) as error:
        server.say(types.MessageType.Error, f"AlphaCode: the examples were not run: {error}")
    except asyncio.CancelledError:
        text = "Cancelled"
        raise
    finally:
        server.session.running.pop(task.key, None)
        progress.end(text)
        server.tell_tests_changed(task.document.uri)


def _keep(server: AlphaCodeServer, running: Running, task: Task, judgement: Judgement, isolation: str) -> Run:
    """Remember how it ended, and mark it in the buffer if that is still what was run."""
    order = task.order
    limits = replace(order.limits, time_s=judgement.time_limit_s or order.limits.time_s)
    judgement = replace(judgement, cases=tuple(map(trimmed, judgement.cases)))
    run = Run(running.id, task.key[1], task.title, order.program, order.cases, judgement, limits, isolation)
    run = run.added_to(server.session.runs.get(task.key))
    server.session.keep_run(task.key, run)
    document = server.document(task.document.uri)
    if task.is_buffer and document is not None and document.text == order.program.code:
        publish(server, document.uri, "run", marks_of_run(run), document)
    return run


def marks_of_run(run: Run) -> list[Mark]:
    """The failed cases, each with the file that holds it, where it has one of its own."""
    files = {case.number: (case.path, 0, f"The input, {case.source}") for case in run.cases if case.path is not None}
    marks = marks_of_judgement(run.judgement, run.numbers, run.limits, run.program.code)
    return [replace(mark, related=files.get(mark.test or 0)) for mark in marks]
