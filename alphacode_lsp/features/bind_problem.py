"""`alphacode.bindProblem`: the user says which statement a source belongs to, for good."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.uris import to_fs_path, uri_scheme

from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.documents import refresh
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.problem.choices import choose_statement


@dataclass(frozen=True, slots=True)
class BindArguments:
    """A source, and the statement as an address or as a path from the source; none of it forgets the choice."""

    uri: str
    statement: str = ""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.bindProblem")
    async def bind_problem(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(BindArguments, "alphacode.bindProblem", arguments)
        document = server.document(asked.uri)
        if document is None or document.language is None or not document.path.is_absolute():
            return _refused(server, f"{asked.uri} is not a saved program")
        statement = _statement(document.path, asked.statement) if asked.statement else None
        if statement is not None and not statement.is_file():
            return _refused(server, f"there is no statement {statement}")
        try:
            kept = choose_statement(server.folder_of(document.uri) or document.path.parent, document.path, statement)
        except (OSError, ValueError) as error:
            return _refused(server, f"the choice cannot be kept: {error}")
        binding = refresh(server, document)
        found = binding.statement if binding else None
        return {"statement": server.uri_of(found) if found else None, "kept": kept.as_uri()}


def _statement(source: Path, named: str) -> Path:
    path = to_fs_path(named) if uri_scheme(named) == "file" else None
    return Path(path) if path else source.parent / named


def _refused(server: AlphaCodeServer, reason: str) -> dict[str, object]:
    server.say(types.MessageType.Warning, f"AlphaCode: {reason}.")
    return {"statement": None, "reason": reason}
