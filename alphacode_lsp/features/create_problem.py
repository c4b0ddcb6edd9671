"""`alphacode.createProblem`: a statement file for a source, from a pasted text or to paste one into."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp.binding import files_of
from alphacode_lsp.buffers import Replacement
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.edits import workspace_edit
from alphacode_lsp.features.documents import refresh, refresh_all
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.view import View, view_of
from alphacode_lsp.virtual_documents import show
from alphacode_server.problem.association import stem_of
from alphacode_server.problem.companion import Payload
from alphacode_server.problem.statement_file import (
    line_to_paste_at,
    statement_file,
    with_statement,
)

MAKE = "Make it"


@dataclass(frozen=True, slots=True)
class CreateArguments:
    """A source or a statement, and the statement's text where it is at hand, as from the clipboard."""

    uri: str
    text: str = ""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.createProblem")
    async def create_problem(*arguments: Any) -> dict[str, object]:
        await server.settle()
        asked = read_arguments(CreateArguments, "alphacode.createProblem", arguments)
        return await create(server, asked.uri, asked.text)

    @server.command("alphacode.reread")
    async def reread(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(CreateArguments, "alphacode.reread", arguments)
        refresh_all(server)
        binding = server.session.bindings.get(asked.uri)
        problem = binding.problem if binding else None
        return {"examples": len(problem.examples) if problem else 0, "trouble": binding.trouble if binding else None}


async def create(server: AlphaCodeServer, uri: str, text: str) -> dict[str, object]:
    """Make or fill in the statement file, and show it. A statement that is there stays as it is."""
    view = view_of(server, uri)
    if view is None or not view.document.path.is_absolute():
        return _refused(server, f"{uri} is not a saved program or statement")
    path = _place(view)
    if path is None:
        return _refused(server, f"{view.binding.trouble}; choose one of them first")
    try:
        known = files_of(server).read(path)
    except FileNotFoundError:
        known = None
    except (OSError, UnicodeDecodeError) as error:
        return _refused(server, f"{path.name} cannot be read: {error}")
    if known is None:
        shown = f"{text.strip()}\n" if text.strip() else statement_file(_payload_of(view))
        try:
            _write_new(path, shown)
        except OSError as error:
            return _refused(server, f"{path.name} cannot be written: {error}")
    elif text.strip() and known.strip() and not view.binding.intake.lacks_statement:
        show(server, server.uri_of(path))
        return _refused(server, f"{path.name} holds a statement already; it was left as it is")
    elif text.strip():
        shown = with_statement(known, text) if known.strip() else f"{text.strip()}\n"
        if not await _replace(server, path, known, shown):
            return _refused(server, f"this editor cannot change {path.name}; paste the statement there")
    else:
        shown = known
    _bind_again(server, uri)
    show(server, server.uri_of(path), line_to_paste_at(shown))
    return {"statement": server.uri_of(path), "written": shown != known}


def may_be_pasted(view: View) -> bool:
    """Whether a problem lacks its statement, and there is or can be a file to paste it into."""
    return bool(view.binding.trouble) and _place(view) is not None


def _place(view: View) -> Path | None:
    """The file that is or would be the statement; None where it is one of several."""
    return view.binding.statement or view.binding.association.wanted


async def offer_to_paste(server: AlphaCodeServer, view: View) -> None:
    """Instead of solving a problem without a statement."""
    trouble = view.binding.trouble
    try:
        answer = await server.ask(
            types.MessageType.Warning,
            f"AlphaCode cannot solve this: {trouble}. Make a file to paste the statement into?",
            (MAKE,),
        )
    except CannotAskError:
        answer = None
        server.say(types.MessageType.Warning, f"AlphaCode cannot solve this: {trouble}.")
    if answer == MAKE:
        await create(server, view.document.uri, "")


def _payload_of(view: View) -> Payload:
    """What is known besides the statement, in the form that statement files are made of."""
    problem = view.problem
    if problem is None:
        return Payload(name=stem_of(view.document.path))
    return Payload(
        name=problem.title,
        url=problem.url,
        time_limit_ms=problem.time_limit_ms,
        memory_limit_mb=problem.memory_limit_mb,
        examples=problem.examples,
        interactive=problem.interactive,
    )


def _write_new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


async def _replace(server: AlphaCodeServer, path: Path, before: str, after: str) -> bool:
    """Through the editor, so that it can be undone and an open buffer keeps up."""
    uri = server.uri_of(path)
    document = server.document(uri)
    lines = before.replace("\r\n", "\n").split("\n")
    whole = server.client_range(lines, (0, 0), (len(lines) - 1, len(lines[-1])))
    replacement = Replacement(0, 0, len(lines) - 1, len(lines[-1]), after, before)
    version = document.version if document else None
    edit = workspace_edit(server.session.support, uri, version, whole, replacement, needs_confirmation=False)
    try:
        result = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label="Statement"))
    except JsonRpcException:
        return False
    return result.applied


def _bind_again(server: AlphaCodeServer, uri: str) -> None:
    document = server.document(uri)
    if document is not None:
        refresh(server, document)


def _refused(server: AlphaCodeServer, reason: str) -> dict[str, object]:
    server.say(types.MessageType.Warning, f"AlphaCode: {reason}.")
    return {"statement": None, "reason": reason}
