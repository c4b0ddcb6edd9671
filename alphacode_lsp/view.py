"""A document with everything the session knows about it: what features compute their answers from."""

from dataclasses import dataclass, field
from pathlib import Path

from alphacode_lsp.buffers import KnownPrograms, is_own_work, replaced_text
from alphacode_lsp.runs import NumberedCase, Run, Running, cases_of
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Binding
from alphacode_server.problem import Problem
from alphacode_server.problem.association import Association


@dataclass(frozen=True, slots=True)
class View:
    """Plain values; reading one never touches a file or the network."""

    document: Document
    binding: Binding
    search: Search | None = None
    """The newest search whose programs fit the document."""
    cases: tuple[NumberedCase, ...] = ()
    run: Run | None = None
    """The buffer's own."""
    runs: tuple[Run, ...] = ()
    """The last run of every program for this problem, oldest first."""
    running: tuple[Running, ...] = ()
    """What runs for this problem now."""
    sources: tuple[str, ...] = ()
    """For a statement: the open documents that belong to it."""
    known_programs: KnownPrograms = field(default_factory=KnownPrograms)

    @property
    def problem(self) -> Problem | None:
        return self.binding.problem

    @property
    def place(self) -> Path:
        return place_of(self.document, self.binding)

    @property
    def is_statement(self) -> bool:
        return self.document.language is None

    @property
    def target(self) -> str | None:
        """The document that programs go to and examples run on: itself, or a statement's only source."""
        if not self.is_statement:
            return self.document.uri
        return self.sources[0] if len(self.sources) == 1 else None

    def holds_own_work(self) -> bool:
        """Whether applying a candidate would remove code that its user wrote."""
        replaced = replaced_text(self.document.text)
        return is_own_work(replaced, self.document.language) and replaced not in self.known_programs


def place_of(document: Document, binding: Binding) -> Path:
    """What the runs of a problem are kept by: its statement, or the document where it has none."""
    return binding.statement or document.path


def view_of(server: AlphaCodeServer, uri: str) -> View | None:
    """None for a document that is nothing of ours, or cannot be read."""
    session = server.session
    document = server.document(uri)
    if document is None or not document.is_file or server.is_shown(uri):
        return None
    binding = session.bindings.get(uri)
    if binding is None:
        if document.language is None:
            return None
        binding = Binding(Association())
    search = None
    if binding.statement is not None:
        search = session.search_for(binding.statement, document.language)
    sources: tuple[str, ...] = ()
    if document.language is None:
        sources = tuple(
            other
            for other, bound in session.bindings.items()
            if other != uri and bound.statement == binding.statement is not None
        )
    place = place_of(document, binding)
    return View(
        document=document,
        binding=binding,
        search=search,
        cases=cases_of(binding.intake),
        run=session.runs.get((place, uri)),
        runs=tuple(run for (path, _), run in session.runs.items() if path == place),
        running=tuple(running for (path, _), running in session.running.items() if path == place),
        sources=sources,
        known_programs=session.known_programs,
    )
