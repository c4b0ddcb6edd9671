"""`alphacode.problem`: what a document's problem is taken to be, its cases, and how programs last did on them."""

from dataclasses import dataclass
from typing import Any

from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.runs import Running, case_object, run_object
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of
from alphacode_server.problem import Problem


@dataclass(frozen=True, slots=True)
class ProblemArguments:
    """A source or a statement."""

    uri: str


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.problem")
    async def problem(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ProblemArguments, "alphacode.problem", arguments)
        view = view_of(server, source_of(server, asked.uri))
        return problem_object(server, view) if view else {"statement": None, "trouble": None, "tests": [], "runs": []}


def problem_object(server: AlphaCodeServer, view: View) -> dict[str, object]:
    """Everything as JSON; without a problem, `trouble` says why there is none."""
    match, problem = view.binding.association.match, view.problem
    return {
        "statement": server.uri_of(match.path) if match else None,
        "reason": match.reason if match else None,
        "trouble": view.binding.trouble,
        "target": view.target,
        **(_facts(problem) if problem else {}),
        "tests": [case_object(case) for case in view.cases],
        "runs": [run_object(run, is_stale=_is_stale(server, run.target, run.program.code)) for run in view.runs],
        "running": [_running_object(running) for running in view.running],
    }


def _facts(problem: Problem) -> dict[str, object]:
    return {
        "title": problem.title,
        "url": problem.url,
        "text": problem.statement,
        "interactive": problem.interactive,
        "rating": problem.rating,
        "tags": problem.tags,
        "timeLimitMs": problem.time_limit_ms,
        "memoryLimitMb": problem.memory_limit_mb,
        "checker": {"kind": problem.checker.kind, "tolerance": problem.checker.tolerance},
    }


def _is_stale(server: AlphaCodeServer, target: str, code: str) -> bool:
    """Whether a buffer was edited since; a candidate never is."""
    document = server.document(target) if ":" in target else None
    return document is not None and document.text != code


def _running_object(running: Running) -> dict[str, object]:
    return {
        "run": running.id,
        "target": running.target,
        "title": running.title,
        "tests": list(running.numbers),
        "done": [number for number, task in running.tasks.items() if task.done()],
    }
