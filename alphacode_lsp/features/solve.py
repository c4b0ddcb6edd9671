"""`alphacode.solve`: start a search and follow it. The command answers with a job at once, the rest comes later."""

import asyncio
import uuid
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from lsprotocol import types

from alphacode_lsp import records
from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.apply_candidate import apply_listed
from alphacode_lsp.features.cancel import cancel_search
from alphacode_lsp.features.candidates import choose
from alphacode_lsp.features.contest_guard import ContestRefusal, check_contest
from alphacode_lsp.features.create_problem import may_be_pasted, offer_to_paste
from alphacode_lsp.features.doctor import examine
from alphacode_lsp.features.documents import refresh
from alphacode_lsp.following import follow, submit
from alphacode_lsp.progress import Progress
from alphacode_lsp.remembered import remember
from alphacode_lsp.search import Search, SearchState
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.settings import STRATEGIES, SolveSettings
from alphacode_lsp.view import View, view_of
from alphacode_server.protocol import (
    BOTH,
    BudgetBody,
    ProblemBody,
    ReturnBody,
    SamplingBody,
    SolveRequest,
)
from alphacode_server.protocol.errors import BackendError, JobLost
from alphacode_server.protocol.situation import remedy_of

_AGAIN, _DOCTOR = "Solve again", "Run the doctor"


ASK = "ask"
"""In place of a strategy's name: let the user choose."""


@dataclass(frozen=True, slots=True)
class SolveArguments:
    """A source or a statement, and what differs from the settings this time."""

    uri: str
    samples: int | None = field(default=None, metadata={records.AT_LEAST: 1})
    language: Literal["auto", "cpp", "python", "both"] | None = None
    timeout_ms: int | None = field(default=None, metadata={records.AT_LEAST: 1})
    seed: int | None = None
    strategy: str | None = None
    """A name of the backend's, or ASK; None is the setting's."""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.solve")
    async def solve(*arguments: Any) -> dict[str, object]:
        await server.settle()
        asked = read_arguments(SolveArguments, "alphacode.solve", arguments)
        if asked.strategy == ASK:
            # The user's answer may take longer than a client gives a request.
            server.background(_start_by_choice(server, asked))
            return {"job": None, "asked": True}
        return start(server, asked)


async def _start_by_choice(server: AlphaCodeServer, asked: SolveArguments) -> None:
    """Nothing where the question is dismissed; by the setting's strategy where it cannot be asked."""
    try:
        strategy = await server.ask(types.MessageType.Info, "AlphaCode: by which strategy?", STRATEGIES)
    except CannotAskError:
        strategy = server.session.settings_for(asked.uri).solve.strategy
    if strategy is not None:
        start(server, replace(asked, strategy=strategy))


def start(server: AlphaCodeServer, asked: SolveArguments) -> dict[str, object]:
    """Start a search in the background, or say why not."""
    asked = replace(asked, uri=source_of(server, asked.uri))
    document = server.document(asked.uri)
    if document is not None:
        refresh(server, document)
    view = view_of(server, asked.uri)
    if view is None or view.problem is None or view.binding.trouble:
        trouble = view.binding.trouble if view else f"{asked.uri} is neither a program nor a statement"
        if view is not None and may_be_pasted(view):
            server.background(offer_to_paste(server, view))
        else:
            server.say(types.MessageType.Warning, f"AlphaCode cannot solve this: {trouble}.")
        return {"job": None, "reason": trouble}
    settings = server.session.settings_for(asked.uri).solve
    search = new_search(asked, view, _target_language(server, view), settings)
    for other in server.session.running_searches():
        if other.statement == search.statement and other.language == search.language:
            return {"job": other.job, "running": True}
    server.session.forget_searches()
    server.session.searches[search.job] = search
    request = request_of(search, asked, settings)
    search.task = server.background(_run(server, search, request, asked))
    return {"job": search.job}


def new_search(asked: SolveArguments, view: View, target_language: str | None, settings: SolveSettings) -> Search:
    """A search with its language decided: `auto` is the language of the file that the program goes to."""
    assert view.problem is not None
    assert view.binding.statement is not None
    language = asked.language or settings.language
    chosen = (target_language or "both") if language == "auto" else language
    return Search(
        job=uuid.uuid4().hex[:12],
        problem=view.problem,
        statement=view.binding.statement,
        source_uri=view.document.uri,
        language=chosen,
        samples=asked.samples or settings.samples,
        outlives_editor=settings.on_exit == "keep",
    )


def request_of(search: Search, asked: SolveArguments, settings: SolveSettings) -> SolveRequest:
    return SolveRequest(
        problem=ProblemBody.of(search.problem),
        language=search.language,
        sampling=SamplingBody(n=search.samples, seed=asked.seed),
        return_=ReturnBody(candidates=settings.max_candidates),
        budget=BudgetBody(wall_ms=asked.timeout_ms or settings.timeout_ms),
        strategy=asked.strategy or settings.strategy,
        selector=None if settings.selector == "auto" else settings.selector,
        effort=settings.effort,
        detach=search.outlives_editor,
    )


def _target_language(server: AlphaCodeServer, view: View) -> str | None:
    target = server.document(view.target) if view.target else None
    return target.language if target and target.language in BOTH else None


async def _run(server: AlphaCodeServer, search: Search, request: SolveRequest, asked: SolveArguments) -> None:
    progress = Progress(server, on_cancel=lambda: cancel_search(server, search))
    search.text = "Starting"
    try:
        server.refresh()
        await progress.begin(f'AlphaCode: solving "{search.problem.title}"', "Starting", with_percent=True)
        await check_contest(server, search, progress)
        if not search.problem.examples:
            name = search.statement.name
            server.say(
                types.MessageType.Warning,
                f"AlphaCode: no examples could be read from {name}, so candidates are not filtered by them.",
            )
        await _search(server, search, request, progress)
    except ContestRefusal as refusal:
        search.state, search.text = SearchState.CANCELLED, "Not started"
        server.say(types.MessageType.Warning, f"AlphaCode: {refusal}")
    except BackendError as error:
        search.state, search.text = SearchState.FAILED, f"Failed: {server.backend.explain(error)}"
        search.remedy = remedy_of(error, server.backend.settings.url)
        search.may_go_on = not isinstance(error, JobLost)
    except asyncio.CancelledError:
        search.state, search.text = SearchState.CANCELLED, "Cancelled"
        raise
    finally:
        if search.is_running:  # An error of ours; the task's own report says which.
            search.state, search.text = SearchState.FAILED, "Failed"
        remember(server.state_dir, search)
        progress.end(search.text)
        server.tell_candidates_changed(search.source_uri, search.job)
    if search.state is SearchState.FAILED:
        await _tell_failure(server, search, asked)
    else:
        await _tell_end(server, search)


async def _search(server: AlphaCodeServer, search: Search, request: SolveRequest, progress: Progress) -> None:
    client = await server.backend.connect(
        announce=lambda message: server.say(types.MessageType.Info, message),
        report=lambda message: progress.report(message, 0),
    )
    search.backend_job, search.backend_url = await submit(client, request, search, progress), client.url
    remember(server.state_dir, search)
    await follow(server, client, search, progress)


async def _tell_failure(server: AlphaCodeServer, search: Search, asked: SolveArguments) -> None:
    """One message, since the user waits, with what can be done about it."""
    message = f"AlphaCode: {search.text.removeprefix('Failed: ')}"
    message = f"{message.rstrip('.')}. {search.remedy}" if search.remedy else message
    try:
        chosen = await server.ask(types.MessageType.Error, message, (_AGAIN, _DOCTOR))
    except CannotAskError:
        server.say(types.MessageType.Error, message)
        return
    if chosen == _AGAIN:
        start(server, asked)
    elif chosen == _DOCTOR:
        await examine(server, is_shown=True)


async def _tell_end(server: AlphaCodeServer, search: Search) -> None:
    """One message at the end, since the user started the search."""
    if search.state is not SearchState.COMPLETED or server.session.settings.notifications == "off":
        return
    if not search.candidates:
        server.say(types.MessageType.Warning, f"AlphaCode: {search.text}")
        return
    view = view_of(server, search.source_uri)
    target = view.target if view else None
    message = f"AlphaCode: {search.text} for {search.problem.title}"
    document = server.document(target) if target else None
    best = next((each for each in search.candidates if document and each.language == document.language), None)
    apply, show = (f"Apply {best.rank:02}" if best else ""), "Show candidates"
    try:
        chosen = await server.ask(types.MessageType.Info, message, (apply, show) if best else (show,))
    except CannotAskError:
        server.say(types.MessageType.Info, message)
        return
    if chosen == show:
        await choose(server, search, target)
    elif best and target and chosen == apply:
        await apply_listed(server, target, search, best)
