"""Binds documents to statements: reads the files (or the editor's buffers of them) and remembers the result."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Binding
from alphacode_server.problem import parse_statement
from alphacode_server.problem.association import (
    SOURCE_SUFFIXES,
    STATEMENT_SUFFIXES,
    Association,
    Files,
    Match,
    find_directives,
    find_statement,
    has_our_front_matter,
    is_named_like_statement,
    stem_of,
)
from alphacode_server.problem.intake import Statement, take_in
from alphacode_server.problem.layouts.header import read_header
from alphacode_server.problem.layouts.pairs import LAYOUTS, Layout, layout_of


def bind(server: AlphaCodeServer, document: Document) -> Binding | None:
    """Find and read the document's statement again. None, and no binding, for a document that is nothing of ours."""
    if not document.is_file or server.is_shown(document.uri):
        return None
    files = files_of(server)
    if not document.path.is_absolute():
        association = Association(missing=f"{document.path.name} is not saved yet; save it beside its statement")
    elif document.language is not None:
        association = find_statement(document.path, document.text, files)
    elif is_statement(server, document, files):
        association = Association(Match(document.path, "it is the statement itself"))
    else:
        server.session.bindings.pop(document.uri, None)
        return None
    patterns = server.session.settings_for(document.uri).tests.patterns
    binding = _read(document, association, files, patterns)
    server.session.bindings[document.uri] = binding
    return binding


def files_of(server: AlphaCodeServer) -> Files:
    """The files as the user sees them: a buffer that is open wins over its file."""
    opened = {document.path: document.text for document in server.open_documents()}

    def read(path: Path) -> str:
        return opened[path] if path in opened else server.session.file_texts.read(path)

    return Files(exists=lambda path: path in opened or path.is_file(), read=read)


def is_statement(server: AlphaCodeServer, document: Document, files: Files) -> bool:
    """Of the text documents, only recognised statements are ours."""
    path = document.path
    if document.language_id != "markdown" and path.suffix.lower() not in STATEMENT_SUFFIXES:
        return False
    if is_named_like_statement(path) or has_our_front_matter(document.text):
        return True
    if any(binding.statement == path for uri, binding in server.session.bindings.items() if uri != document.uri):
        return True
    return any(files.exists(path.with_name(stem_of(path) + suffix)) for suffix in SOURCE_SUFFIXES)


def _read(document: Document, association: Association, files: Files, patterns: Sequence[str]) -> Binding:
    statement = unreadable = None
    if association.match is not None:
        try:
            statement = _read_statement(association.match.path, files)
        except UnreadableError as error:
            unreadable = str(error)
    source = document.path if document.language else document.path.parent / stem_of(document.path)
    layouts, troubles = _layouts(patterns)
    intake = take_in(source, document.text if document.language else "", statement, files, layouts)
    return Binding(
        association,
        replace(intake, troubles=(*troubles, *intake.troubles)),
        unreadable,
        directives=find_directives(document.text),
        header=read_header(document.text),
    )


class UnreadableError(Exception):
    """A statement cannot be read; the message says why."""


def _read_statement(path: Path, files: Files) -> Statement:
    try:
        text = files.read(path)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path.name} is not UTF-8 text") from error
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be read: {error}") from error
    if not text.strip():
        raise UnreadableError(f"{path.name} is empty")
    return Statement(path, parse_statement(text, path.name))


def _layouts(patterns: Sequence[str]) -> tuple[tuple[Layout, ...], tuple[str, ...]]:
    """The known layouts and the user's own, and what is wrong with these."""
    layouts, troubles = list(LAYOUTS), []
    for pattern in patterns:
        try:
            layouts.append(layout_of(pattern))
        except ValueError as error:
            troubles.append(f"alphacode.tests.patterns: {error}")
    return tuple(layouts), tuple(troubles)
