"""`alphacode.applyCandidate`: put a candidate into its buffer, asking first where the user's own code would go."""

from dataclasses import dataclass, field
from typing import Any, Literal

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp import records
from alphacode_lsp.choice import Choice, Chosen, find_candidate, find_fitting, program_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.edits import edit_of
from alphacode_lsp.features.compare import difference_uri, side_of_buffer, side_of_candidate
from alphacode_lsp.features.new_file import write_new_file
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.view import View, view_of
from alphacode_lsp.virtual_documents import show
from alphacode_server.protocol import RankedCandidate

REPLACE, NEW_FILE, COMPARE = "Replace", "New file", "Compare"


@dataclass(frozen=True, slots=True)
class ApplyArguments:
    """A rank in the newest list, or the very program that an action was listed with."""

    uri: str
    rank: int = field(metadata={records.AT_LEAST: 1})
    job: str | None = None
    sha256: str | None = None
    mode: Literal["replace", "newFile"] | None = None
    """None is the setting."""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.applyCandidate")
    async def apply(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ApplyArguments, "alphacode.applyCandidate", arguments)
        uri = program_of(server, asked.uri)
        if uri is None:
            reason = "a candidate goes into a program; open the one that it is for, and apply it there"
            server.say(types.MessageType.Warning, f"AlphaCode: {reason}")
            return {"applied": False, "reason": reason}
        choice = Choice(uri, asked.rank, asked.job, asked.sha256)
        to_new_file = (asked.mode or server.session.settings_for(uri).apply.mode) == "newFile"
        chosen = find_candidate(server, choice) if to_new_file else find_fitting(server, choice)
        if isinstance(chosen, str):
            server.say(types.MessageType.Warning, f"AlphaCode: {chosen}")
            return {"applied": False, "reason": chosen}
        view = view_of(server, uri)
        if view is not None and to_new_file:
            path = write_new_file(server, view, chosen)
            return {"applied": path is not None, "uri": path.as_uri() if path else None}
        if view is not None and view.holds_own_work():
            # The user's answer may take longer than a client gives a request.
            server.background(_apply_later(server, uri, chosen))
            return {"applied": False, "asked": True}
        applied = await apply_candidate(server, uri, chosen)
        document = server.document(uri)
        return {"applied": applied, "version": document.version if document else None}


async def apply_candidate(server: AlphaCodeServer, uri: str, chosen: Chosen) -> bool:
    """Replace the buffer's text as it is now; False when the user or the editor said no."""
    view = view_of(server, uri)
    if view is None or view.document.version is None:
        server.say(types.MessageType.Warning, "AlphaCode: open the file that the candidate should go to first.")
        return False
    if view.holds_own_work():
        answer = await _ask_about(server, view, chosen)
        if answer == NEW_FILE:
            return write_new_file(server, view, chosen) is not None
        if answer == COMPARE:
            left, right = side_of_buffer(view.document), side_of_candidate(server, uri, chosen)
            show(server, difference_uri(server, left, right))
        if answer != REPLACE:
            return False
    # A question takes time: what is replaced is the buffer as it is after the answer.
    document = server.document(uri) or view.document
    edit = edit_of(server, document, chosen.candidate.code, needs_confirmation=False)
    try:
        result = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label=chosen.name))
    except JsonRpcException as error:
        server.say(types.MessageType.Error, f"AlphaCode: this editor cannot apply edits from a server: {error}")
        return False
    if not result.applied:
        reason = result.failure_reason or "the editor did not apply the edit; the text may have changed meanwhile"
        server.say(types.MessageType.Warning, f"AlphaCode: {reason}")
    return result.applied


async def apply_listed(server: AlphaCodeServer, uri: str, search: Search, candidate: RankedCandidate) -> None:
    """Put a candidate that the user chose from a list into a document, or say why it does not go there."""
    chosen = find_fitting(server, Choice(uri, candidate.rank, search.job, candidate.sha256))
    if isinstance(chosen, str):
        server.say(types.MessageType.Warning, f"AlphaCode: {chosen}")
    else:
        await apply_candidate(server, uri, chosen)


async def _apply_later(server: AlphaCodeServer, uri: str, chosen: Chosen) -> None:
    await apply_candidate(server, uri, chosen)


async def _ask_about(server: AlphaCodeServer, view: View, chosen: Chosen) -> str | None:
    """One of the answers; None when the question was dismissed or cannot be asked, and then all stays as it is."""
    name = view.document.path.name
    question = f"AlphaCode: {name} holds your own code. Replace it by candidate {chosen.candidate.rank:02}?"
    try:
        return await server.ask(types.MessageType.Warning, question, (REPLACE, NEW_FILE, COMPARE))
    except CannotAskError:
        server.say(
            types.MessageType.Warning,
            f"AlphaCode: {name} holds your own code, and this editor cannot ask whether to replace it. Put "
            "`alphacode: begin` and `alphacode: end` comments around what may be replaced, empty the file, or set "
            "`alphacode.apply.mode` to `newFile`.",
        )
        return None
