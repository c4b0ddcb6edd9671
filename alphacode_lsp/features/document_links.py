"""Links in statements and in the headers of sources: the problem's address, and the files of its cases."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from alphacode_lsp.buffers import lines_of
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of
from alphacode_server.problem.association import DIRECTIVE_LINES

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]}]+")


def links_in(view: View) -> Iterator[tuple[int, int, int, str]]:
    """Line, first and last character in code points, and an address or a path."""
    lines = lines_of(view.document.text)
    if not view.is_statement:
        lines = lines[:DIRECTIVE_LINES]
    files = _files_of_cases(view)
    named = re.compile("|".join(rf"(?<![\w/.-]){re.escape(name)}(?![\w-])" for name in files)) if files else None
    for number, line in enumerate(lines):
        for match in _ADDRESS.finditer(line):
            yield number, match.start(), match.end(), match[0].rstrip(".,;:")
        for match in named.finditer(line) if named else ():
            yield number, match.start(), match.end(), str(files[match[0]])
    for number, path in view.binding.directives:
        statement = view.binding.statement
        if statement is not None:
            start = lines[number].rindex(path)
            yield number, start, start + len(path), str(statement)


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def document_links(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        view = view_of(server, params.text_document.uri)
        if view is None:
            return []
        lines = lines_of(view.document.text)
        return [
            types.DocumentLink(
                range=server.client_range(lines, (line, start), (line, end)),
                target=target if "://" in target else server.uri_of(Path(target)),
            )
            for line, start, end, target in links_in(view)
        ]


def _files_of_cases(view: View) -> dict[str, Path]:
    """The files as the document would name them, longer names first."""
    folder = view.document.path.parent
    paths = {path for known in view.binding.intake.cases for path in (known.file, known.answer) if path is not None}
    named = {
        Path(os.path.relpath(path, folder)).as_posix(): path
        for path in paths - {view.document.path, view.binding.statement}
    }
    return dict(sorted(named.items(), key=lambda entry: -len(entry[0])))
