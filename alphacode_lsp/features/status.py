"""`alphacode.status`: the state of everything, with reasons. Answers from memory."""

from dataclasses import dataclass
from typing import Any

from alphacode_lsp import __version__
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.connection import describe
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.session import Binding
from alphacode_server.problem.known_cases import places


@dataclass(frozen=True, slots=True)
class StatusArguments:
    """A document to be told about, else all of them."""

    uri: str | None = None


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.status")
    async def status(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(StatusArguments, "alphacode.status", arguments)
        session, backend = server.session, server.backend
        return {
            "version": __version__,
            "backend": {
                "url": backend.settings.url,
                "startedHere": backend.is_ours,
                **describe(backend.situation),
            },
            "sandbox": server.judge.state,
            "documents": {
                uri: describe_binding(binding)
                for uri, binding in session.bindings.items()
                if asked.uri is None or asked.uri == uri
            },
            "searches": [describe_search(search) for search in session.searches.values()],
        }


def describe_binding(binding: Binding) -> dict[str, object]:
    """Which statement a document has and why, since a wrong one is the worst silent failure."""
    match, problem = binding.association.match, binding.problem
    return {
        "statement": str(match.path) if match else None,
        "reason": match.reason if match else None,
        "title": problem.title if problem else None,
        "examples": len(problem.examples) if problem else 0,
        "cases": places(binding.intake.cases),
        "notes": binding.intake.troubles,
        "trouble": binding.trouble,
    }


def describe_search(search: Search) -> dict[str, object]:
    return {
        "job": search.job,
        "backendJob": search.backend_job,
        "statement": str(search.statement),
        "language": search.language,
        "state": search.state,
        "percent": search.percent,
        "text": search.text,
        "candidates": len(search.candidates),
        "warnings": search.warnings,
        "model": search.model,
    }
