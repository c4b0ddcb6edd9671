"""`alphacode.addTest` and `alphacode.promoteTest`: cases of the user's own, and letting one decide about candidates."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types

from alphacode_lsp import records
from alphacode_lsp.binding import files_of
from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.documents import refresh_all
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of
from alphacode_lsp.virtual_documents import show
from alphacode_sandbox import Case
from alphacode_server.problem.association import problem_folder_of, stem_of
from alphacode_server.problem.user_cases import CaseFiles, PromotionError, add_case, promote


@dataclass(frozen=True, slots=True)
class AddTestArguments:
    """A case. Without an input, empty files are made and shown, to be filled in."""

    uri: str
    input: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class PromoteArguments:
    """A case by its number."""

    uri: str
    test: int = field(metadata={records.AT_LEAST: 1})


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.addTest")
    async def add(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(AddTestArguments, "alphacode.addTest", arguments)
        view = view_of(server, source_of(server, asked.uri))
        case = Case("", "") if asked.input is None else Case(asked.input, asked.expected)
        files = take_case(server, view, case)
        if isinstance(files, str):
            server.say(types.MessageType.Warning, f"AlphaCode cannot add a test: {files}.")
            return {"written": [], "number": None, "reason": files}
        if asked.input is None:
            show(server, files.answer.as_uri())
            show(server, files.input.as_uri())
        return _written(server, asked.uri, files)

    @server.command("alphacode.promoteTest")
    async def promote_test(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(PromoteArguments, "alphacode.promoteTest", arguments)
        view = view_of(server, source_of(server, asked.uri))
        files = promote_case(server, view, asked.test)
        if isinstance(files, str):
            server.say(types.MessageType.Warning, f"AlphaCode: {files}.")
            return {"written": [], "number": None, "reason": files}
        return _written(server, asked.uri, files)


def promote_case(server: AlphaCodeServer, view: View | None, number: int) -> CaseFiles | str:
    """Let a case decide; or a sentence saying why not."""
    numbered = next((case for case in view.cases if case.number == number), None) if view else None
    if view is None or numbered is None:
        return f"there is no example {number}"
    known = next(known for known in view.binding.intake.cases if known.case == numbered.case)
    try:
        files = promote(_source(view), known, files_of(server))
    except (PromotionError, OSError) as error:
        return str(error)
    _tell(server, view.document.uri)
    return files


def take_case(server: AlphaCodeServer, view: View | None, case: Case) -> CaseFiles | str:
    """Write a case and read the problem again; or a sentence saying why not."""
    if view is None or not view.document.path.is_absolute():
        return f"{view.document.path.name} is not saved yet" if view else "it is neither a program nor a statement"
    try:
        files = add_case(_source(view), case, files_of(server))
    except OSError as error:
        return str(error)
    _tell(server, view.document.uri)
    return files


def number_of(server: AlphaCodeServer, uri: str, file: Path) -> int | None:
    """What the case of a file is counted as; None where the same input was known before."""
    view = view_of(server, uri)
    return next((case.number for case in view.cases if case.path == file), None) if view else None


def _source(view: View) -> Path:
    """The program; for a statement, what its own program would be called."""
    path = view.document.path
    return problem_folder_of(path) / stem_of(path) if view.is_statement else path


def _tell(server: AlphaCodeServer, uri: str) -> None:
    refresh_all(server)
    server.tell_tests_changed(uri)


def _written(server: AlphaCodeServer, uri: str, files: CaseFiles) -> dict[str, object]:
    paths = [path for path in (files.input, files.answer) if path.exists()]
    return {
        "written": [path.as_uri() for path in paths],
        "number": number_of(server, source_of(server, uri), files.input),
    }
