"""`alphacode.cancel`: stop searches, at the backend too."""

from dataclasses import dataclass, replace
from typing import Any

from lsprotocol import types

from alphacode_lsp.choice import source_of
from alphacode_lsp.commands import read_arguments
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.session import Session
from alphacode_server.protocol.errors import BackendError


@dataclass(frozen=True, slots=True)
class CancelArguments:
    """One job, the jobs of a document's problem, or all."""

    job: str | None = None
    uri: str | None = None


def searches_to_cancel(session: Session, arguments: CancelArguments) -> tuple[Search, ...]:
    running = session.running_searches()
    if arguments.job is not None:
        return tuple(search for search in running if search.job == arguments.job)
    if arguments.uri is not None:
        binding = session.bindings.get(arguments.uri)
        statement = binding.statement if binding else None
        return tuple(
            search
            for search in running
            if search.source_uri == arguments.uri or (statement is not None and search.statement == statement)
        )
    return running


def cancel_search(server: AlphaCodeServer, search: Search) -> None:
    """Ask the backend to stop; its stream then ends with the partial candidates. By force where it has no job yet."""
    if not search.is_running or search.is_cancelling:
        return
    search.is_cancelling = True
    if search.backend_job is None:
        if search.task is not None:
            search.task.cancel()
    else:
        server.background(_cancel_at_backend(server, search, search.backend_job))


async def _cancel_at_backend(server: AlphaCodeServer, search: Search, backend_job: str) -> None:
    try:
        # One that is taken up again has no client of its own yet.
        client = server.backend.clients.of_job(backend_job) or await server.backend.client()
        await client.cancel(backend_job)
    except BackendError as error:
        if search.task is not None:
            search.task.cancel()
        server.say(types.MessageType.Warning, f"AlphaCode: the backend could not be told to stop: {error}")


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.cancel")
    async def cancel(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(CancelArguments, "alphacode.cancel", arguments)
        if asked.uri is not None:
            asked = replace(asked, uri=source_of(server, asked.uri))
        chosen = searches_to_cancel(server.session, asked)
        for search in chosen:
            cancel_search(server, search)
        return {"cancelled": [search.job for search in chosen]}
