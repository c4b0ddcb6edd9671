"""`alphacode.showTest`: one case of the last run: its input, and what was expected beside what was printed."""

from dataclasses import dataclass, field
from typing import Any, Literal

from lsprotocol import types

from alphacode_lsp import records
from alphacode_lsp.choice import CandidateTarget, source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.differences import difference
from alphacode_lsp.features.diagnostics import case_text
from alphacode_lsp.markdown import block
from alphacode_lsp.runs import Run, shortened
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of
from alphacode_lsp.virtual_documents import put, show


@dataclass(frozen=True, slots=True)
class ShowTestArguments:
    """A case by its number, as the buffer or a candidate last did on it."""

    uri: str
    test: int = field(metadata={records.AT_LEAST: 1})
    target: Literal["buffer"] | CandidateTarget = "buffer"
    show: bool = True


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.showTest")
    async def show_test(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ShowTestArguments, "alphacode.showTest", arguments)
        view = view_of(server, source_of(server, asked.uri))
        run = run_of(view, asked) if view else None
        result = run.result(asked.test) if run else None
        if run is None or result is None:
            reason = f"example {asked.test} was not run yet"
            server.say(types.MessageType.Warning, f"AlphaCode: {reason}")
            return {"uri": None, "shown": False, "reason": reason}
        case = run.cases[result.index].case
        folder = f"{run.id}/example-{asked.test}"
        uri = put(server, f"{folder}.md", report_of_case(run, asked.test))
        return {
            "uri": uri,
            "input": put(server, f"{folder}-input.txt", shortened(case.input)),
            "expected": None
            if case.expected is None
            else put(server, f"{folder}-expected.txt", shortened(case.expected)),
            "actual": put(server, f"{folder}-actual.txt", shortened(result.run.stdout)),
            "shown": asked.show and show(server, uri),
        }


def run_of(view: View, asked: ShowTestArguments) -> Run | None:
    """The last run of the program that is meant."""
    if asked.target == "buffer":
        return view.run
    candidate = view.search.candidate(asked.target.rank) if view.search else None
    sha256 = asked.target.sha256 or (candidate.sha256 if candidate else None)
    return next((run for run in view.runs if run.target == sha256), None)


def report_of_case(run: Run, number: int) -> str:
    """Markdown: the verdict, the input, the difference, and what the program said besides."""
    result = run.result(number)
    assert result is not None
    case = run.cases[result.index].case
    parts = [f"# {run.title}: {case_text(result, number, run.limits)}", _section("Input", case.input)]
    if case.expected is not None:
        parts.append(_section("Expected", case.expected))
    parts.append(_section("Printed", result.run.stdout))
    lines = difference(case.expected, result.run.stdout, "expected", "printed") if case.expected is not None else ""
    if lines:
        parts.append(_section("Difference", lines, "diff"))
    if result.run.stderr:
        parts.append(_section("Standard error", result.run.stderr))
    return "\n\n".join(parts) + "\n"


def _section(title: str, text: str, language: str = "text") -> str:
    return f"## {title}\n\n{block(shortened(text), language)}"
