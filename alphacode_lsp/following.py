"""A job at the backend: handed in, followed through lost connections to its end, and stopped when nobody wants it.

Each event changes what the session knows and what the user sees of it.
"""

import asyncio
import uuid
from contextlib import aclosing
from typing import TYPE_CHECKING

from lsprotocol import types

from alphacode_lsp.progress import Progress
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.protocol import JobEvent, JobWarning, SolveRequest
from alphacode_server.protocol.errors import BackendError, BackendRefused

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_CANCEL_TIMEOUT_S = 3.0
_WARNINGS_SHOWN = frozenset({"language_unavailable", "no_passing", "sampler", "truncated_statement"})
"""Of the backend's warnings, those that a user can act on; the others are in the hover card."""


async def submit(client: "BackendClient", request: SolveRequest, search: Search, progress: Progress) -> str:
    """The id of the backend's job. A full queue is waited for, as long as the search may take. Raises BackendError."""
    key = str(uuid.uuid4())
    clock = asyncio.get_running_loop().time
    wall_ms = request.budget.wall_ms
    patient_until = clock() + wall_ms / 1000 if wall_ms else float("inf")
    while True:
        try:
            return await client.submit(request, key)
        except BackendRefused as refusal:
            wait_s = refusal.retry_after_s
            if refusal.status != 429 or wait_s is None or clock() + wait_s > patient_until:
                raise
            search.text = f"The backend is busy ({refusal}), trying again in {wait_s:.0f} s"
            progress.report(search.text, 0)
            await asyncio.sleep(wait_s)


async def follow(server: AlphaCodeServer, client: "BackendClient", search: Search, progress: Progress) -> None:
    """Return after the job's last event. Raises BackendError."""
    job = search.backend_job
    assert job is not None

    def dropped(error: BackendError) -> None:
        server.backend.dropped(client, error)
        progress.report(f"The connection is lost and tried again: {error}", search.percent)

    async with server.backend.following(job, client):
        try:
            async with aclosing(client.events(job, on_drop=dropped)) as events:
                async for _, event in events:
                    server.backend.heard()
                    if isinstance(event, JobWarning) and event.code in _WARNINGS_SHOWN:
                        server.say(types.MessageType.Warning, f"AlphaCode: {event.message}")
                    take(server, search, event)
                    if search.is_running:
                        progress.report("Cancelling" if search.is_cancelling else search.text, search.percent)
        except asyncio.CancelledError:
            search.may_go_on = server.session.shutting_down and search.outlives_editor
            if not search.may_go_on:
                await _cancel_quietly(client, job)
            raise


def take(server: AlphaCodeServer, search: Search, event: JobEvent) -> None:
    """Bring the search up to date, and everybody who shows it."""
    known = search.candidates
    search.take(event)
    if search.candidates is not known:
        for candidate in search.candidates:
            server.session.known_programs.add(candidate.code)
        server.tell_candidates_changed(search.source_uri, search.job)


async def _cancel_quietly(client: "BackendClient", job: str) -> None:
    """Stop the backend's work when ours was stopped by force. It also stops by itself when nobody listens."""
    try:
        async with asyncio.timeout(_CANCEL_TIMEOUT_S):
            await client.cancel(job)
    except (BackendError, TimeoutError):
        pass  # It is gone, or it notices that its listener is.
