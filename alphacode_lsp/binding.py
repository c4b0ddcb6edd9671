"""Binds documents to statements: reads the files (or the editor's buffers of them) and remembers the result."""

from pathlib import Path

from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Binding
from alphacode_sandbox import LANGUAGES
from alphacode_server.problem import parse_statement
from alphacode_server.problem.association import (
    STATEMENT_SUFFIXES,
    Association,
    Files,
    Match,
    find_directives,
    find_statement,
    has_our_front_matter,
    is_named_like_statement,
)

_LONGEST_STATEMENT = 2_000_000
"""Bytes. A statement is a few pages; what is longer is some other file."""

_SOURCE_SUFFIXES = tuple(dict.fromkeys(suffix for language in LANGUAGES.values() for suffix in language.suffixes))


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
    binding = _read(association, find_directives(document.text), files)
    server.session.bindings[document.uri] = binding
    return binding


def files_of(server: AlphaCodeServer) -> Files:
    """The files as the user sees them: a buffer that is open wins over its file."""
    opened = {document.path: document.text for document in server.open_documents()}

    def read(path: Path) -> str:
        if path in opened:
            return opened[path]
        if path.stat().st_size > _LONGEST_STATEMENT:
            raise OSError(f"{path.name} is longer than a statement can be ({path.stat().st_size} bytes)")
        return path.read_text(encoding="utf-8")

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
    return any(files.exists(path.with_name(path.name.split(".")[0] + suffix)) for suffix in _SOURCE_SUFFIXES)


def _read(association: Association, directives: tuple[tuple[int, str], ...], files: Files) -> Binding:
    if association.match is None:
        return Binding(association, directives=directives)
    path = association.match.path
    try:
        text = files.read(path)
    except UnicodeDecodeError:
        return Binding(association, directives=directives, unreadable=f"{path.name} is not UTF-8 text")
    except OSError as error:
        return Binding(association, directives=directives, unreadable=f"{path.name} cannot be read: {error}")
    if not text.strip():
        return Binding(association, directives=directives, unreadable=f"{path.name} is empty")
    return Binding(association, parse_statement(text, path.name), directives=directives)
