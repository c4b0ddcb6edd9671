"""Which candidate a command is about: a rank in the newest list, or the very program that was listed."""

from dataclasses import dataclass, field

from alphacode_lsp import records
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import view_of
from alphacode_server.protocol import RankedCandidate


@dataclass(frozen=True, slots=True)
class CandidateTarget:
    """A candidate by its rank, or the very program that it was listed with."""

    rank: int = field(metadata={records.AT_LEAST: 1})
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate for a document. The hash wins over the rank, which may be another program's by now."""

    uri: str
    rank: int
    job: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidate, and the search it was found in."""

    search: Search
    candidate: RankedCandidate

    @property
    def name(self) -> str:
        return f"AlphaCode {self.candidate.rank:02}"


def find_candidate(server: AlphaCodeServer, choice: Choice) -> Chosen | str:
    """The candidate, or a sentence saying why there is none."""
    view = view_of(server, choice.uri)
    search = server.session.searches.get(choice.job) if choice.job else (view.search if view else None)
    if search is None:
        return "there are no candidates for this document; solve its problem first"
    candidate = search.seen.get(choice.sha256) if choice.sha256 else search.candidate(choice.rank)
    if candidate is None:
        return f"there is no candidate {choice.rank:02}; {len(search.candidates)} are known"
    return Chosen(search, candidate)


def find_fitting(server: AlphaCodeServer, choice: Choice) -> Chosen | str:
    """Likewise, and a sentence too where the document is written in another language."""
    chosen = find_candidate(server, choice)
    document = server.document(choice.uri)
    language = document.language if document else None
    if isinstance(chosen, str) or language in (None, chosen.candidate.language):
        return chosen
    return f"candidate {choice.rank:02} is {chosen.candidate.language}, this file is {language}"


def source_of(server: AlphaCodeServer, uri: str) -> str:
    """The document that a candidate's preview belongs to, and any other document itself."""
    preview = server.session.previews.get(uri)
    return preview.source_uri if preview else uri


def program_of(server: AlphaCodeServer, uri: str) -> str | None:
    """The program that a candidate goes into; None for a statement without one open source of its own."""
    uri = source_of(server, uri)
    view = view_of(server, uri)
    return view.target if view else uri
