"""`alphacode.compare`: two candidates, or the buffer and a candidate, as a difference."""

from dataclasses import dataclass
from typing import Any, Literal

from lsprotocol import types

from alphacode_lsp.choice import CandidateTarget, Choice, Chosen, find_candidate, source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.differences import difference
from alphacode_lsp.features.preview_candidate import preview_uri
from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.virtual_documents import put, show


@dataclass(frozen=True, slots=True)
class CompareArguments:
    """Two sides: the buffer, or a candidate by its rank. Without `show` only their URIs are wanted."""

    uri: str
    right: int | CandidateTarget | Literal["buffer"]
    left: int | CandidateTarget | Literal["buffer"] = "buffer"
    show: bool = True


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts."""

    uri: str
    name: str
    text: str


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.compare")
    async def compare(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(CompareArguments, "alphacode.compare", arguments)
        source_uri = source_of(server, asked.uri)
        left, right = (_side(server, source_uri, side) for side in (asked.left, asked.right))
        for side in (left, right):
            if isinstance(side, str):
                server.say(types.MessageType.Warning, f"AlphaCode: {side}")
                return {"uri": None, "shown": False, "reason": side}
        assert isinstance(left, Side)
        assert isinstance(right, Side)
        uri = difference_uri(server, left, right)
        return {"uri": uri, "left": left.uri, "right": right.uri, "shown": asked.show and show(server, uri)}


def difference_uri(server: AlphaCodeServer, left: Side, right: Side) -> str:
    """Where the difference can be read."""
    text = difference(left.text, right.text, left.name, right.name)
    return put(server, f"compare/{left.name} - {right.name}.diff", text or "There is no difference.\n")


def side_of_buffer(document: Document) -> Side:
    return Side(document.uri, document.path.name, document.text)


def side_of_candidate(server: AlphaCodeServer, source_uri: str, chosen: Chosen) -> Side:
    return Side(preview_uri(server, source_uri, chosen), chosen.name, chosen.candidate.code)


def _side(server: AlphaCodeServer, source_uri: str, asked: int | CandidateTarget | str) -> Side | str:
    """One side, or a sentence saying why there is none."""
    if isinstance(asked, str):
        document = server.document(source_uri)
        return side_of_buffer(document) if document else f"{source_uri} cannot be read"
    target = CandidateTarget(asked) if isinstance(asked, int) else asked
    chosen = find_candidate(server, Choice(source_uri, target.rank, sha256=target.sha256))
    return chosen if isinstance(chosen, str) else side_of_candidate(server, source_uri, chosen)
