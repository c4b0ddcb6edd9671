"""`alphacode.applyCandidate`: put a candidate into its buffer, asking first where the user's own code would go."""

from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp import records
from alphacode_lsp.buffers import Replacement, replacement_of
from alphacode_lsp.client_support import ClientSupport
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.view import View, view_of
from alphacode_server.protocol import RankedCandidate

REPLACE = "Replace my code"
KEEP = "Keep it"


@dataclass(frozen=True, slots=True)
class ApplyArguments:
    """A rank in the newest list, or the very program that an action was listed with."""

    uri: str
    rank: int = field(metadata={records.AT_LEAST: 1})
    job: str | None = None
    sha256: str | None = None


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.applyCandidate")
    async def apply(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ApplyArguments, "alphacode.applyCandidate", arguments)
        found = find_candidate(server, asked)
        if isinstance(found, str):
            server.say(types.MessageType.Warning, f"AlphaCode: {found}")
            return {"applied": False, "reason": found}
        search, candidate = found
        view = view_of(server, asked.uri)
        if view is not None and view.holds_own_work():
            # The user's answer may take longer than a client gives a request.
            server.background(_apply_later(server, asked.uri, candidate, search))
            return {"applied": False, "asked": True}
        applied = await apply_candidate(server, asked.uri, candidate, search)
        document = server.document(asked.uri)
        return {"applied": applied, "version": document.version if document else None}


def find_candidate(server: AlphaCodeServer, asked: ApplyArguments) -> tuple[Search, RankedCandidate] | str:
    """The candidate, or a sentence saying why there is none."""
    view = view_of(server, asked.uri)
    search = server.session.searches.get(asked.job) if asked.job else (view.search if view else None)
    if search is None:
        return "there are no candidates for this document; solve its problem first"
    candidate = search.seen.get(asked.sha256) if asked.sha256 else search.candidate(asked.rank)
    if candidate is None:
        return f"there is no candidate {asked.rank:02}; {len(search.candidates)} are known"
    language = view.document.language if view else None
    if language is not None and language != candidate.language:
        return f"candidate {asked.rank:02} is {candidate.language}, this file is {language}"
    return search, candidate


async def apply_candidate(server: AlphaCodeServer, uri: str, candidate: RankedCandidate, search: Search) -> bool:
    """Replace the buffer's text as it is now; False when the user or the editor said no."""
    view = view_of(server, uri)
    if view is None or view.document.version is None:
        server.say(types.MessageType.Warning, "AlphaCode: open the file that the candidate should go to first.")
        return False
    if view.holds_own_work() and not await _may_replace(server, view, candidate):
        return False
    # The question took time: what is replaced is the buffer as it is after the answer.
    view = view_of(server, uri) or view
    edit = edit_of(server, view, candidate, needs_confirmation=False)
    label = f"AlphaCode {candidate.rank:02}"
    try:
        result = await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label=label))
    except JsonRpcException as error:
        server.say(types.MessageType.Error, f"AlphaCode: this editor cannot apply edits from a server: {error}")
        return False
    if not result.applied:
        reason = result.failure_reason or "the editor did not apply the edit; the text may have changed meanwhile"
        server.say(types.MessageType.Warning, f"AlphaCode: {reason}")
    return result.applied


def edit_of(
    server: AlphaCodeServer, view: View, candidate: RankedCandidate, needs_confirmation: bool
) -> types.WorkspaceEdit:
    """The edit against the buffer's current version."""
    document = view.document
    replacement = replacement_of(document.text, candidate.code)
    lines = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown_range = server.client_range(
        lines,
        (replacement.start_line, replacement.start_character),
        (replacement.end_line, replacement.end_character),
    )
    version = document.version
    return workspace_edit(server.session.support, document.uri, version, shown_range, replacement, needs_confirmation)


def workspace_edit(
    support: ClientSupport,
    uri: str,
    version: int | None,
    shown_range: types.Range,
    replacement: Replacement,
    needs_confirmation: bool,
) -> types.WorkspaceEdit:
    """The edit in the best form that the client understands: versioned and annotated, versioned, or plain."""
    if not support.document_changes:
        return types.WorkspaceEdit(changes={uri: [types.TextEdit(range=shown_range, new_text=replacement.text)]})
    edit: types.TextEdit | types.AnnotatedTextEdit
    annotations = None
    if needs_confirmation and support.honors_annotations:
        edit = types.AnnotatedTextEdit(range=shown_range, new_text=replacement.text, annotation_id="replace")
        label = "Replace my code by this candidate"
        annotations = {"replace": types.ChangeAnnotation(label=label, needs_confirmation=True)}
    else:
        edit = types.TextEdit(range=shown_range, new_text=replacement.text)
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    change = types.TextDocumentEdit(text_document=identifier, edits=[edit])
    return types.WorkspaceEdit(document_changes=[change], change_annotations=annotations)


async def _apply_later(server: AlphaCodeServer, uri: str, candidate: RankedCandidate, search: Search) -> None:
    await apply_candidate(server, uri, candidate, search)


async def _may_replace(server: AlphaCodeServer, view: View, candidate: RankedCandidate) -> bool:
    name = view.document.path.name
    question = f"AlphaCode: {name} holds your own code. Replace it by candidate {candidate.rank:02}?"
    try:
        return await server.ask(types.MessageType.Warning, question, (REPLACE, KEEP)) == REPLACE
    except CannotAskError:
        server.say(
            types.MessageType.Warning,
            f"AlphaCode: {name} holds your own code, and this editor cannot ask whether to replace it. Put "
            "`alphacode: begin` and `alphacode: end` comments around what may be replaced, or empty the file.",
        )
        return False
