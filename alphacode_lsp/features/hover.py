"""The problem card: on the first line, what the server takes this document's problem to be, and the last results.

Over a candidate's preview, what its flow thought.
"""

from collections.abc import Sequence

from lsprotocol import types

from alphacode_lsp.features.candidates import examples_text
from alphacode_lsp.features.preview_candidate import previewed
from alphacode_lsp.features.thoughts import thoughts_text
from alphacode_lsp.features.verdict_card import verdict_card
from alphacode_lsp.language import shown
from alphacode_lsp.markdown import escaped
from alphacode_lsp.runs import Run
from alphacode_lsp.search import Search, counted
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of
from alphacode_server.problem import Problem
from alphacode_server.problem.intake import Intake
from alphacode_server.problem.known_cases import places
from alphacode_server.protocol import RankedCandidate
from alphacode_server.protocol.outlook import sentences

_ROWS = 5


def card(view: View) -> str:
    """Markdown that also reads well as plain text."""
    match, problem = view.binding.association.match, view.problem
    if problem is None:
        return f"**AlphaCode**: {view.binding.trouble}" if view.binding.trouble else ""
    parts = [
        f"**{escaped(problem.title)}**" + (f" ({problem.url})" if problem.url else ""),
        limits_text(problem),
        f"Statement: `{match.path.name}`, because {match.reason}" if match else f"{view.binding.trouble}",
        _cases_text(view.binding.intake),
    ]
    if view.binding.intake.origins:
        parts.append(f"Also known from {', '.join(f'`{origin}`' for origin in view.binding.intake.origins)}")
    parts.extend(view.binding.intake.troubles)
    if view.run is not None:
        parts.append(_run_text(view.run, view.document.text))
    if view.search is not None:
        parts.append(_search_text(view.search))
    return "\n\n".join(parts)


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        candidate = previewed(server, params.text_document.uri)
        if candidate is not None:
            return _hover(server, thoughts_text(candidate.thoughts) if candidate.thoughts else "")
        view = view_of(server, params.text_document.uri)
        if view is None:
            return None
        line, card_lines = params.position.line, {0, *(line for line, _ in view.binding.directives)}
        verdicts = verdict_card(view.run, view.document.text, line) if view.run is not None else ""
        text = "\n\n---\n\n".join(part for part in (verdicts, card(view) if line in card_lines else "") if part)
        return _hover(server, text)


def _hover(server: AlphaCodeServer, text: str) -> types.Hover | None:
    kind = types.MarkupKind.Markdown if server.session.support.markdown_hover else types.MarkupKind.PlainText
    return types.Hover(contents=types.MarkupContent(kind=kind, value=text)) if text else None


def limits_text(problem: Problem) -> str:
    time = f"{problem.time_limit_ms} ms" if problem.time_limit_ms else "no time limit stated"
    memory = f"{problem.memory_limit_mb} MB" if problem.memory_limit_mb else "no memory limit stated"
    return f"{time}, {memory}, output compared by {problem.checker.kind}"


def _cases_text(intake: Intake) -> str:
    """`3 examples: 2 from problem.md, 1 from test (oj)`, and the cases that only run."""
    examples = intake.problem.examples if intake.problem else ()
    deciding = [known for known in intake.cases if known.case in examples]
    others = [known for known in intake.cases if known.case not in examples]
    if not intake.cases:
        return "No examples could be read"
    texts = [f"{counted(len(deciding), 'example')}: {', '.join(places(deciding))}" if deciding else "No examples"]
    if others:
        texts.append(f"{counted(len(others), 'further case')}: {', '.join(places(others))}")
    return "; ".join(texts)


def _run_text(run: Run, text: str) -> str:
    verdicts = " ".join(case.verdict for case in run.judgement.cases) or run.judgement.verdict
    stale = ", before the last edit" if run.is_stale(text) else ""
    return f"Last run of {run.title}: {run.passed}/{len(run.cases)} ({verdicts}){stale}, sandbox {run.isolation}"


def _search_text(search: Search) -> str:
    facts = [f"Last search: {search.text}", *search.warnings]
    if search.model:
        seed = f", seed {search.result.seed}" if search.result else ""
        facts.append(f"Model {search.model}{seed}")
    if search.result and search.result.outlook:
        facts.extend(sentences(search.result.outlook, search.counts))
    if not search.candidates:
        return "\n\n".join(facts)
    return "\n\n".join([*facts, table_of(search.candidates[:_ROWS])])


def table_of(candidates: Sequence[RankedCandidate]) -> str:
    rows = ["| | examples | cluster | score | | slowest |", "|---|---|---|---|---|---|"]
    for candidate in candidates:
        cluster = f"{candidate.cluster.size} ({candidate.cluster.share:.0%})" if candidate.cluster else ""
        score = f"{candidate.score:.2f}" if candidate.score is not None else ""
        examples = examples_text(candidate).replace(" examples", "", 1)
        slowest = f"{max(result.time_ms for result in candidate.examples)} ms" if candidate.examples else ""
        language = shown(candidate.language)
        rows.append(f"| {candidate.rank:02} | {examples} | {cluster} | {score} | {language} | {slowest} |")
    return "\n".join(rows)
