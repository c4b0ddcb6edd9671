"""Follows a job of the backend: each event changes what the session knows and what the user sees of it."""

from contextlib import aclosing
from typing import TYPE_CHECKING

from lsprotocol import types

from alphacode_lsp.buffers import fingerprint
from alphacode_lsp.progress import Progress
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.protocol import JobEvent, JobWarning

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_WARNINGS_SHOWN = frozenset({"language_unavailable", "no_passing", "sampler", "truncated_statement"})
"""Of the backend's warnings, those that a user can act on; the others are in the hover card."""


async def follow(server: AlphaCodeServer, client: "BackendClient", search: Search, progress: Progress) -> None:
    """Return after the job's last event. Raises BackendError."""
    assert search.backend_job is not None
    async with aclosing(client.events(search.backend_job)) as events:
        async for _, event in events:
            if isinstance(event, JobWarning) and event.code in _WARNINGS_SHOWN:
                server.say(types.MessageType.Warning, f"AlphaCode: {event.message}")
            take(server, search, event)
            if search.is_running:
                progress.report("Cancelling" if search.is_cancelling else search.text, search.percent)


def take(server: AlphaCodeServer, search: Search, event: JobEvent) -> None:
    """Bring the search up to date, and everybody who shows it."""
    known = search.candidates
    search.take(event)
    if search.candidates is not known:
        server.session.known_programs.update(fingerprint(candidate.code) for candidate in search.candidates)
        server.tell_candidates_changed(search.source_uri, search.job)
