"""A candidate in a file of its own: `main.cand01.cpp` beside `main.cpp`, never over a file that is there."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lsprotocol import types

from alphacode_lsp.binding import files_of
from alphacode_lsp.buffers import directive_line
from alphacode_lsp.choice import Chosen
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View
from alphacode_lsp.virtual_documents import show
from alphacode_sandbox import LANGUAGES
from alphacode_server.problem.association import Files, find_statement
from alphacode_server.protocol import RankedCandidate


def write_new_file(server: AlphaCodeServer, view: View, chosen: Chosen) -> Path | None:
    """Write and show it; None, and a message, where that cannot be."""
    source = view.document.path
    if not source.is_absolute():
        server.say(types.MessageType.Warning, f"AlphaCode: save {source.name} first; the new file goes beside it.")
        return None
    try:
        path = _write(_paths(source, chosen.candidate), chosen.candidate.code, view.binding.statement, files_of(server))
    except OSError as error:
        server.say(types.MessageType.Error, f"AlphaCode: the new file cannot be written: {error}")
        return None
    server.session.known_programs.add(chosen.candidate.code)
    show(server, path.as_uri())
    return path


def _paths(source: Path, candidate: RankedCandidate) -> Iterator[Path]:
    """Names to try, the nicest first."""
    suffixes = LANGUAGES[candidate.language].suffixes
    suffix = source.suffix if source.suffix in suffixes else suffixes[0]
    stem = f"{source.stem}.cand{candidate.rank:02}"
    yield source.with_name(stem + suffix)
    for number in itertools.count(2):
        yield source.with_name(f"{stem}-{number}{suffix}")


def _write(paths: Iterator[Path], code: str, statement: Path | None, files: Files) -> Path:
    """Under the first name that is free. Raises OSError."""
    for path in paths:
        text = _with_directive(code.rstrip() + "\n", path, statement, files)
        with suppress(FileExistsError), path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
            return path
    raise AssertionError("there is always another name")


def _with_directive(code: str, path: Path, statement: Path | None, files: Files) -> str:
    """The new name may lead to no statement, or to another one; then a comment names it."""
    match = find_statement(path, code, files).match
    if statement is None or (match is not None and match.path == statement):
        return code
    return directive_line(path, statement) + code
