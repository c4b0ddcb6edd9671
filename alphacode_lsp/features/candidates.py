"""`alphacode.candidates`: the ranked list for plugins, and for editors without one a list to choose from."""

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.apply_candidate import apply_listed
from alphacode_lsp.language import shown
from alphacode_lsp.runs import run_object
from alphacode_lsp.search import Search, counted
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.view import View, view_of
from alphacode_server.protocol import Counts, ExampleResult, RankedCandidate
from alphacode_server.protocol.encoding import to_json


@dataclass(frozen=True, slots=True)
class CandidatesArguments:
    """A source or a statement."""

    uri: str
    show: bool = False
    """Also let the user choose one of them."""


def title_of(candidate: RankedCandidate, counts: Counts) -> str:
    """`AlphaCode 01: 3/3 examples, cluster 41 of 128, score 0.92, C++`.

    The rank comes first and has two digits, so that any client's sorting keeps the order.
    """
    facts = [examples_text(candidate)]
    if candidate.cluster is not None:
        whole = f" of {counts.sampled}" if counts.sampled else ""
        facts.append(f"cluster {candidate.cluster.size}{whole}")
    if candidate.score is not None:
        facts.append(f"score {candidate.score:.2f}")
    facts.append(shown(candidate.language))
    return f"AlphaCode {candidate.rank:02}: {', '.join(facts)}"


def examples_text(candidate: RankedCandidate) -> str:
    """`3/3 examples`, `2/3 examples (example 2 WA)`."""
    if not candidate.total:
        return "no examples"
    text = f"{candidate.passed}/{candidate.total} examples"
    failed = [example for example in candidate.examples if example.verdict != "AC"]
    return f"{text} ({_failed_text(failed)})" if failed else text


def _failed_text(failed: list[ExampleResult]) -> str:
    named = ", ".join(f"example {example.index} {example.verdict}" for example in failed[:2])
    return named if len(failed) <= 2 else f"{named} and {len(failed) - 2} more"


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.candidates")
    async def candidates(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(CandidatesArguments, "alphacode.candidates", arguments)
        view = view_of(server, source_of(server, asked.uri))
        search = view.search if view else None
        if view is None or search is None:
            return {"job": None, "state": None, "candidates": []}
        if asked.show:
            server.background(choose(server, search, view.target))
        return candidates_object(view, search)


def candidates_object(view: View, search: Search) -> dict[str, object]:
    """A search as JSON. The candidates and counts are the backend's own, with a title and the last run here."""
    runs = {run.target: run for run in view.runs}
    return {
        "job": search.job,
        "state": search.state,
        "text": search.text,
        "percent": search.percent,
        "samples": search.samples,
        "language": search.language,
        "model": search.model,
        "seed": search.result.seed if search.result else None,
        "warnings": search.warnings,
        "target": view.target,
        "counts": to_json(search.counts),
        "candidates": [
            {
                "title": title_of(candidate, search.counts),
                **_as_object(candidate),
                "run": run_object(runs[candidate.sha256], is_stale=False) if candidate.sha256 in runs else None,
            }
            for candidate in search.candidates
        ],
    }


async def choose(server: AlphaCodeServer, search: Search, uri: str | None) -> None:
    """Show the titles and apply the one that is chosen; an extension of ours has a view for them."""
    if server.session.settings.commands_in_client:
        server.tell("alphacode/showCandidates", {"job": search.job})
        return
    titles = {title_of(candidate, search.counts): candidate for candidate in search.candidates}
    heading = f"{counted(len(titles), 'candidate')} for {search.problem.title}"
    if uri is None:
        server.say(types.MessageType.Info, "\n".join([heading, *titles]))
        return
    try:
        chosen = await server.ask(types.MessageType.Info, heading, tuple(titles))
    except CannotAskError:
        server.say(types.MessageType.Info, "\n".join([heading, *titles]))
        return
    if chosen in titles:
        await apply_listed(server, uri, search, titles[chosen])


def _as_object(candidate: RankedCandidate) -> dict[str, object]:
    encoded = to_json(candidate)
    assert isinstance(encoded, dict)
    return encoded
