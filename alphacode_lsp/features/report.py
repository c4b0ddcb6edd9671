"""`alphacode.report`: everything about a search on one Markdown page: how it went, and every candidate in full."""

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.candidates import title_of
from alphacode_lsp.features.hover import limits_text, table_of
from alphacode_lsp.features.thoughts import thoughts_text
from alphacode_lsp.markdown import block, cell, escaped
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import view_of
from alphacode_lsp.virtual_documents import put, show
from alphacode_server.protocol import RankedCandidate
from alphacode_server.protocol.outlook import sentences


@dataclass(frozen=True, slots=True)
class ReportArguments:
    """A source or a statement; without `show` only the page's URI is wanted."""

    uri: str
    show: bool = True


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.report")
    async def report(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ReportArguments, "alphacode.report", arguments)
        view = view_of(server, source_of(server, asked.uri))
        if view is None or view.search is None:
            reason = "there are no candidates for this document; solve its problem first"
            server.say(types.MessageType.Warning, f"AlphaCode: {reason}")
            return {"uri": None, "shown": False, "reason": reason}
        uri = put(server, f"{view.search.job}/report.md", page(view.search))
        return {"uri": uri, "shown": asked.show and show(server, uri)}


def page(search: Search) -> str:
    """Markdown."""
    problem = search.problem
    parts = [
        f"# {escaped(problem.title)}",
        *([problem.url] if problem.url else []),
        f"{limits_text(problem)}. {search.text}.",
        *search.warnings,
        _origin(search),
        _funnel(search),
        *(sentences(search.result.outlook, search.counts) if search.result and search.result.outlook else []),
        table_of(search.candidates) if search.candidates else "There are no candidates.",
        *(_section(search, candidate) for candidate in search.candidates),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(search: Search) -> str:
    """What it takes to draw the same programs again."""
    facts = [f"Model {search.model}"] if search.model else []
    if search.result:
        facts += [f"seed {search.result.seed}", f"sandbox {search.result.isolation}"]
        facts += [f"{stage} {seconds:.1f} s" for stage, seconds in search.result.timings.items()]
    return ", ".join(facts)


def _funnel(search: Search) -> str:
    counts = search.counts
    return (
        f"{counts.sampled} sampled, {counts.distinct} distinct, {counts.compiled} compile, "
        f"{counts.passing} pass the examples, {counts.clusters} clusters"
    )


def _section(search: Search, candidate: RankedCandidate) -> str:
    rows = ["| example | verdict | ms | MB | |", "|---|---|---|---|---|"]
    rows += [
        f"| {result.index} | {result.verdict} | {result.time_ms} | {result.memory_kb // 1024} "
        f"| {cell(result.difference or '')} |"
        for result in candidate.examples
    ]
    parts = [
        f"## {title_of(candidate, search.counts)}",
        "\n".join(rows) if candidate.examples else "",
        thoughts_text(candidate.thoughts) if candidate.thoughts else "",
        block(candidate.code, candidate.language),
    ]
    return "\n\n".join(part for part in parts if part)
