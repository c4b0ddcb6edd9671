"""Edits of a buffer, in the best form that the editor understands."""

from lsprotocol import types

from alphacode_lsp.buffers import Replacement, replacement_of
from alphacode_lsp.client_support import ClientSupport
from alphacode_lsp.server import AlphaCodeServer, Document


def edit_of(server: AlphaCodeServer, document: Document, code: str, *, needs_confirmation: bool) -> types.WorkspaceEdit:
    """Put a program into the buffer's current version."""
    replacement = replacement_of(document.text, code)
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
    """Versioned and annotated, versioned, or plain."""
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
