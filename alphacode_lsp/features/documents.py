"""Documents opened, changed, saved and closed: bindings stay right, findings are published, stale results go."""

from pathlib import Path

from lsprotocol import types

from alphacode_lsp.binding import bind
from alphacode_lsp.features.conflicts import publish_conflicts
from alphacode_lsp.features.diagnostics import marks_of_binding, marks_of_findings, publish, retract
from alphacode_lsp.features.resume import recall
from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Binding
from alphacode_server.problem.association import STATEMENT_SUFFIXES, find_directives, has_our_front_matter
from alphacode_server.problem.layouts.header import read_header


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        refresh_named(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = server.document(params.text_document.uri)
        if document is None:
            return
        publish(server, document.uri, "run", (), document)
        if _holds_cases(server, document):
            refresh_all(server)
        elif may_bind_otherwise(document, server.session.bindings.get(document.uri)):
            refresh(server, document, is_typed=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.session.bindings.pop(uri, None)
        if uri not in _bound_statements(server):
            retract(server, uri)
        if _may_be_statement(uri):
            refresh_sources(server)
        _retract_orphans(server)
        publish_conflicts(server)


def may_bind_otherwise(document: Document, binding: Binding | None) -> bool:
    """Whether an edit can have changed what a document is bound to: a statement's text, a source's directives."""
    if document.language is None:
        return binding is not None or has_our_front_matter(document.text)
    if binding is None:
        return True
    known = (binding.directives, binding.header)
    return known != (find_directives(document.text), read_header(document.text))


def refresh(server: AlphaCodeServer, document: Document, *, is_typed: bool = False) -> Binding | None:
    """Bind a document again and publish what there is to say; a statement's sources are bound again with it.

    What is typed into a statement concerns only its own sources, and those that have none.
    """
    binding = _refresh(server, document)
    if document.language is None:
        refresh_sources(server, document.path if is_typed else None)
    return binding


def refresh_all(server: AlphaCodeServer) -> None:
    """Bind every open document again: something on disk has changed."""
    for document in server.open_documents():
        _refresh(server, document)


def _refresh(server: AlphaCodeServer, document: Document) -> Binding | None:
    before = server.session.bindings.get(document.uri)
    binding = bind(server, document)
    if binding is None and before is None and not _may_be_statement(document.uri):
        return None
    if binding is None:
        retract(server, document.uri)
    else:
        _publish_binding(server, document, binding)
    if before != binding:
        server.refresh()
    return binding


def refresh_sources(server: AlphaCodeServer, statement: Path | None = None) -> None:
    """Bind every open source again: a statement appeared, changed or went. With one, its own and the unbound ones."""
    for document in server.open_documents():
        before = server.session.bindings.get(document.uri)
        others = before is not None and before.statement not in (None, statement)
        if document.language is None or (statement is not None and others):
            continue
        binding = bind(server, document)
        if binding is not None and binding != before:
            _publish_binding(server, document, binding)
            server.refresh()


def _publish_binding(server: AlphaCodeServer, document: Document, binding: Binding) -> None:
    publish(server, document.uri, "statement", marks_of_binding(binding), document)
    publish_conflicts(server)
    recall(server, binding)
    if binding.statement is None:
        return
    uri = server.uri_of(binding.statement)
    server.session.statement_documents.add(uri)
    publish(server, uri, "findings", marks_of_findings(binding.intake.findings), server.document(uri))
    _retract_orphans(server)


def _holds_cases(server: AlphaCodeServer, document: Document) -> bool:
    """Whether a document is no source or statement, but the file of a case or of several."""
    if document.uri in server.session.bindings:
        return False
    found = (binding.intake for binding in server.session.bindings.values())
    cases = (known for intake in found for known in (*intake.cases, *(one.other for one in intake.conflicts)))
    return any(document.path in (known.file, known.answer) for known in cases)


def _retract_orphans(server: AlphaCodeServer) -> None:
    """A statement that no open document belongs to has nothing to say any more."""
    for uri in server.session.statement_documents - _bound_statements(server):
        server.session.statement_documents.discard(uri)
        retract(server, uri)


def _bound_statements(server: AlphaCodeServer) -> set[str]:
    return {server.uri_of(bound.statement) for bound in server.session.bindings.values() if bound.statement}


def refresh_named(server: AlphaCodeServer, uri: str) -> None:
    document = server.document(uri)
    if document is not None:
        refresh(server, document)


def _may_be_statement(uri: str) -> bool:
    return uri.lower().endswith(STATEMENT_SUFFIXES)
