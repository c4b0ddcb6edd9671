"""`alphacode.previewCandidate`: a candidate as a document of its own, which nobody can edit by mistake."""

from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types

from alphacode_lsp import records
from alphacode_lsp.choice import Choice, Chosen, find_candidate, source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.offers import Offer
from alphacode_lsp.search import counted
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.session import Preview
from alphacode_lsp.view import view_of
from alphacode_lsp.virtual_documents import put, show
from alphacode_sandbox import LANGUAGES
from alphacode_server.protocol import RankedCandidate


@dataclass(frozen=True, slots=True)
class PreviewArguments:
    """A candidate; without `show` only its URI is wanted."""

    uri: str
    rank: int = field(metadata={records.AT_LEAST: 1})
    job: str | None = None
    sha256: str | None = None
    show: bool = True


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.previewCandidate")
    async def preview(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(PreviewArguments, "alphacode.previewCandidate", arguments)
        source_uri = source_of(server, asked.uri)
        chosen = find_candidate(server, Choice(source_uri, asked.rank, asked.job, asked.sha256))
        if isinstance(chosen, str):
            server.say(types.MessageType.Warning, f"AlphaCode: {chosen}")
            return {"uri": None, "shown": False, "reason": chosen}
        uri = preview_uri(server, source_uri, chosen)
        return {"uri": uri, "shown": asked.show and show(server, uri)}


def preview_uri(server: AlphaCodeServer, source_uri: str, chosen: Chosen) -> str:
    """Where the candidate can be read; its lenses lead back to the source."""
    candidate = chosen.candidate
    suffix = LANGUAGES[candidate.language].suffixes[0]
    uri = put(server, f"{chosen.search.job}/{candidate.rank:02}-{candidate.sha256[:8]}{suffix}", candidate.code)
    server.session.previews[uri] = Preview(source_uri, chosen.search.job, candidate.sha256)
    return uri


def previewed(server: AlphaCodeServer, uri: str) -> RankedCandidate | None:
    """The candidate that a document shows; None for one that is no preview, or whose search is forgotten."""
    preview = server.session.previews.get(uri)
    search = server.session.searches.get(preview.job) if preview else None
    return search.seen.get(preview.sha256) if preview and search else None


def preview_offers(server: AlphaCodeServer, uri: str) -> list[Offer]:
    """Nothing for a document that is no preview, or one whose search is forgotten."""
    preview = server.session.previews.get(uri)
    search = server.session.searches.get(preview.job) if preview else None
    candidate = search.seen.get(preview.sha256) if preview and search else None
    view = view_of(server, preview.source_uri) if preview else None
    if preview is None or search is None or candidate is None or view is None:
        return []
    source: dict[str, object] = {"uri": preview.source_uri}
    rank = candidate.rank
    this = {"rank": rank, "job": preview.job, "sha256": preview.sha256}
    offers = [Offer("Apply", "alphacode.applyCandidate", {**source, **this})]
    for title, other in (("Previous", rank - 1), ("Next", rank + 1)):
        if search.candidate(other) is not None:
            neighbour = {"rank": other, "job": preview.job}
            offers.append(Offer(title, "alphacode.previewCandidate", {**source, **neighbour}))
    target = {"rank": rank, "sha256": preview.sha256}
    offers.append(Offer("Compare", "alphacode.compare", {**source, "right": target}))
    if view.cases:
        title = f"Run {counted(len(view.cases), 'example')}"
        offers.append(Offer(title, "alphacode.test", {**source, "target": target}))
    return offers
