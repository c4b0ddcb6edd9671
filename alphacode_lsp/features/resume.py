"""Results of an earlier session: shown again when their problem is opened, and followed where they still come in."""

import asyncio
import importlib
import logging
from pathlib import Path

from lsprotocol import types

from alphacode_lsp.features.cancel import cancel_search
from alphacode_lsp.following import follow, take
from alphacode_lsp.progress import Progress
from alphacode_lsp.remembered import Remembered, forget, remember, remembered
from alphacode_lsp.search import Search, SearchState
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.session import Binding
from alphacode_server.problem import Problem
from alphacode_server.protocol.decoding import decode_event
from alphacode_server.protocol.errors import BackendError, JobLost

logger = logging.getLogger(__name__)


def recall(server: AlphaCodeServer, binding: Binding) -> None:
    """Begin to show what is remembered of a problem, once a session."""
    statement, problem = binding.statement, binding.problem
    if statement is None or problem is None or statement in server.session.recalled:
        return
    server.session.recalled.add(statement)
    for record in remembered(server.state_dir, statement):
        if server.session.search_for(statement, record.language) is None:
            search = _search_of(record, statement, problem)
            search.task = server.background(_restore(server, search, record))


def _search_of(record: Remembered, statement: Path, problem: Problem) -> Search:
    return Search(
        job=record.job,
        problem=problem,
        statement=statement,
        source_uri=record.source_uri,
        language=record.language,
        samples=record.samples,
        outlives_editor=True,  # It has done so once.
        backend_job=record.backend_job,
        backend_url=record.url,
        text="Resuming",
    )


async def _restore(server: AlphaCodeServer, search: Search, record: Remembered) -> None:
    if record.event is None:
        # The HTTP library takes long to load, and an editor that opens a file waits for other things.
        await asyncio.to_thread(importlib.import_module, "alphacode_server.protocol.client")
        await _resume(server, search, record)
        return
    try:
        event = decode_event(record.event, record.data)
    except ValueError as error:
        logger.warning("what was remembered of %s cannot be read: %s", search.statement, error)
        return
    if event is not None and _is_first(server, search):
        server.session.searches[search.job] = search
        take(server, search, event)


def _is_first(server: AlphaCodeServer, search: Search) -> bool:
    """Not so where the user has begun a search of this problem meanwhile."""
    return server.session.search_for(search.statement, search.language) is None


async def _resume(server: AlphaCodeServer, search: Search, record: Remembered) -> None:
    """Follow the job where the backend still has it. No backend is started for that."""
    if record.url != server.backend.settings.url:
        logger.info("%s was searched at %s, which is not the backend any more", search.statement, record.url)
        return
    if not _is_first(server, search):
        return
    server.session.searches[search.job] = search
    progress = Progress(server, on_cancel=lambda: cancel_search(server, search))
    try:
        await progress.begin(f'AlphaCode: solving "{search.problem.title}"', "Resuming", with_percent=True)
        await follow(server, await server.backend.client(), search, progress)
    except JobLost as error:
        search.state, search.text = SearchState.FAILED, f"Failed: {error}"
        forget(server.state_dir, search.statement, search.language)
        server.say(
            types.MessageType.Warning,
            f"AlphaCode: the search for {search.problem.title} that an earlier session began is gone: {error}. "
            "Solve the problem again to start a new one.",
        )
    except BackendError as error:
        # Nobody waits for it, so nobody is told; the next session tries again.
        search.state, search.text = SearchState.FAILED, f"Failed: {error}"
    else:
        remember(server.state_dir, search)
    finally:
        if search.is_running:  # The editor closes; the next session tries again.
            search.state, search.text = SearchState.CANCELLED, "Cancelled"
        progress.end(search.text)
        server.tell_candidates_changed(search.source_uri, search.job)
