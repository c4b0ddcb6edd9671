"""`alphacode.stress`: compare a program with a brute force on a generator's inputs; the first difference is kept."""

import asyncio
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.uris import to_fs_path

from alphacode_lsp import records
from alphacode_lsp.binding import files_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.add_test import number_of, take_case
from alphacode_lsp.features.documents import refresh
from alphacode_lsp.features.run_examples import TestArguments, judging_checker, limits_of, program_of, start
from alphacode_lsp.progress import Progress
from alphacode_lsp.runs import Running
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.view import View, view_of
from alphacode_sandbox import (
    Program,
    SandboxError,
    StressError,
    StressOutcome,
    StressPrograms,
    language_of,
    reason,
    stress,
)
from alphacode_server.problem import Problem
from alphacode_server.problem.checker_file import CheckerFileError
from alphacode_server.problem.stress_files import Found, find_brute_force, find_generator, programs_beside


@dataclass(frozen=True, slots=True)
class StressArguments:
    """The program, and what it is compared with: addresses, or names beside it. Without them they are looked for."""

    uri: str
    generator: str | None = None
    brute_force: str | None = None
    rounds: int = field(default=1000, metadata={records.AT_LEAST: 1})
    seed: int = field(default=1, metadata={records.AT_LEAST: 1})


class NothingChosenError(Exception):
    """A stress test cannot begin; the message says what is missing."""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.stress")
    async def start_stress(*arguments: Any) -> dict[str, object]:
        await server.settle()
        asked = read_arguments(StressArguments, "alphacode.stress", arguments)
        document = server.document(asked.uri)
        if document is not None:
            refresh(server, document)
        view = view_of(server, asked.uri)
        reason = _reason_against(view)
        if view is None or reason:
            server.say(types.MessageType.Warning, f"AlphaCode cannot stress this: {reason}.")
            return {"run": None, "reason": reason}
        key = (view.place, f"stress {asked.uri}")
        if key in server.session.running:
            return {"run": server.session.running[key].id, "running": True}
        running = Running(uuid.uuid4().hex[:12], key[1], f"a stress test of {view.document.path.name}", ())
        server.session.running[key] = running
        running.work = server.background(_run(server, running, view, asked))
        return {"run": running.id}


def _reason_against(view: View | None) -> str | None:
    if view is None or view.document.language is None:
        return "it is no program"
    if not view.document.path.is_absolute():
        return f"{view.document.path.name} is not saved yet"
    if view.problem is not None and view.problem.interactive:
        return "an interactive problem cannot be stressed with inputs"
    return None


async def _run(server: AlphaCodeServer, running: Running, view: View, asked: StressArguments) -> None:
    text = "Failed"
    progress = Progress(server, on_cancel=running.stop)
    try:
        programs = await _programs(server, view, asked)
        server.tell_tests_changed(asked.uri)
        await progress.begin(f"AlphaCode: {running.title}", "Comparing", with_percent=True)
        judge = await server.judge.get()
        problem = view.problem or Problem(view.document.path.stem, "")
        settings = server.session.settings_for(asked.uri).tests
        outcome = await stress(
            judge,
            programs,
            limits_of(problem, settings),
            judging_checker(server, view, settings),
            range(asked.seed, asked.seed + asked.rounds),
            lambda so_far: progress.report(_counts(so_far), 100 * _n_tried(so_far) // asked.rounds),
        )
        text = _tell(server, view, outcome)
    except (StressError, NothingChosenError, SandboxError, CheckerFileError, OSError) as error:
        server.say(types.MessageType.Error, f"AlphaCode: no stress test: {error}")
    except asyncio.CancelledError:
        text = "Cancelled"
        raise
    finally:
        server.session.running.pop((view.place, running.target), None)
        progress.end(text)
        server.tell_tests_changed(asked.uri)


def _tell(server: AlphaCodeServer, view: View, outcome: StressOutcome) -> str:
    """Say how it ended; a difference becomes a case, which is run like any other to show what is wrong."""
    name, found = view.document.path.name, outcome.difference
    if found is None:
        text = f"no difference on {_counts(outcome)}"
        server.say(types.MessageType.Info, f"AlphaCode: {name}: {text}")
        return text
    why = reason(found.result, found.limits)
    text = f"{found.result.verdict} with seed {found.seed}{f', {why}' if why else ''}"
    files = take_case(server, view, found.case)
    if isinstance(files, str):
        server.say(types.MessageType.Warning, f"AlphaCode: {name}: {text}. The input cannot be kept: {files}.")
        return text
    server.say(types.MessageType.Warning, f"AlphaCode: {name}: {text}. The input is kept as {files.input.name}.")
    number = number_of(server, view.document.uri, files.input)
    if number is not None:
        start(server, TestArguments(view.document.uri, tests=(number,)), is_quiet=True)
    return text


def _counts(outcome: StressOutcome) -> str:
    skipped = f", {outcome.n_skipped} more took the brute force too long" if outcome.n_skipped else ""
    return f"{outcome.n_compared} inputs{skipped}"


def _n_tried(outcome: StressOutcome) -> int:
    return outcome.n_compared + outcome.n_skipped


# The programs


async def _programs(server: AlphaCodeServer, view: View, asked: StressArguments) -> StressPrograms:
    """Found, or chosen by the user. Raises NothingChosenError, and OSError."""
    source = view.document.path
    generator = await _chosen(server, source, asked.generator, find_generator(source))
    brute_force = await _chosen(server, source, asked.brute_force, find_brute_force(source))
    solution = program_of(view.document, server.session.settings_for(asked.uri).languages)
    return StressPrograms(solution, _program(server, brute_force), _program(server, generator))


async def _chosen(server: AlphaCodeServer, source: Path, named: str | None, found: Found) -> Path:
    if named is not None:
        return Path(to_fs_path(named) or named) if named.startswith("file:") else source.parent / named
    if found.path is not None:
        return found.path
    names = {path.name: path for path in found.candidates or programs_beside(source)}
    if not names:
        raise NothingChosenError(found.missing(source))
    try:
        answer = await server.ask(
            types.MessageType.Info, f"AlphaCode: which program is the {found.role}?", tuple(names)
        )
    except CannotAskError:
        answer = None
    if answer not in names:
        raise NothingChosenError(found.missing(source))
    return names[answer]


def _program(server: AlphaCodeServer, path: Path) -> Program:
    language = language_of(path)
    if language is None:
        raise NothingChosenError(f"{path.name} is in no language that is known here")
    try:
        return Program(language.id, files_of(server).read(path))
    except UnicodeDecodeError as error:
        raise NothingChosenError(f"{path.name} is not UTF-8 text") from error
