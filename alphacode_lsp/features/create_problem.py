"""`alphacode.createProblem`: a statement file for a source, from a pasted text or to paste one into."""

import re
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
from alphacode_server.problem.statement_file import line_to_paste_at, statement_file, with_statement

MAKE = "Make it"
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
"""The source of a web page, which its file's name has to say."""


@dataclass(frozen=True, slots=True)
class RereadArguments:
    """Any document; what changed on disk may concern every one."""

    uri: str


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
        asked = read_arguments(RereadArguments, "alphacode.reread", arguments)
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
    if _PAGE.match(text) and not path.exists():
        path = path.with_suffix(".html")
    try:
        known = _read(server, path)
        wanted = _wanted(view, known, text.strip())
        if wanted is not None:
            await _put(server, path, known, wanted)
    except (OSError, UnicodeDecodeError) as error:
        return _refused(server, f"{path.name} cannot be changed: {error}")
    _bind_again(server, uri)
    show(server, server.uri_of(path), line_to_paste_at(wanted or known or ""))
    if wanted is None:
        return _refused(server, f"{path.name} holds a statement already; it was left as it is")
    return {"statement": server.uri_of(path), "written": wanted != known}


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


def _read(server: AlphaCodeServer, path: Path) -> str | None:
    """None where there is no such file. Raises OSError and UnicodeDecodeError."""
    try:
        return files_of(server).read(path)
    except FileNotFoundError:
        return None


def _wanted(view: View, known: str | None, text: str) -> str | None:
    """What the file should hold; None where the text has no place in it."""
    if known is None or not known.strip():
        return f"{text}\n" if text else statement_file(_payload_of(view))
    if not text:
        return known
    return with_statement(known, text) if view.binding.intake.lacks_statement else None


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


async def _put(server: AlphaCodeServer, path: Path, known: str | None, wanted: str) -> None:
    """Into a new file, or through the editor, where it can be undone and an open buffer keeps up. Raises OSError."""
    if known is None:
        _write_new(path, wanted)
    elif known != wanted:
        await _replace(server, path, known, wanted)


def _write_new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


async def _replace(server: AlphaCodeServer, path: Path, before: str, after: str) -> None:
    uri = server.uri_of(path)
    document = server.document(uri)
    lines = before.replace("\r\n", "\n").split("\n")
    end = (len(lines) - 1, len(lines[-1]))
    whole = server.client_range(lines, (0, 0), end)
    version = document.version if document else None
    replacement = Replacement(0, 0, *end, after, before)
    edit = workspace_edit(server.session.support, uri, version, whole, replacement, needs_confirmation=False)
    try:
        result = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label="Statement"))
    except JsonRpcException as error:
        raise OSError(f"this editor makes no changes for a server ({error}); paste the statement there") from error
    if not result.applied:
        raise OSError(result.failure_reason or "the editor did not apply the change; paste the statement there")


def _bind_again(server: AlphaCodeServer, uri: str) -> None:
    document = server.document(uri)
    if document is not None:
        refresh(server, document)


def _refused(server: AlphaCodeServer, reason: str) -> dict[str, object]:
    server.say(types.MessageType.Warning, f"AlphaCode: {reason}.")
    return {"statement": None, "reason": reason}
