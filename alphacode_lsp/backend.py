"""How the language server stands with its backend: a state with a reason, from searches and the checks between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alphacode_lsp.backend_clients import BackendClients
from alphacode_lsp.backend_finding import BackendFinder, Report
from alphacode_lsp.local_backend import LocalBackendError
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol.errors import BackendError, BackendRefused, BackendUnavailable
from alphacode_server.protocol.situation import BackendState, Situation, situation_of

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_UNCONFIGURED = Situation(
    BackendState.UNCONFIGURED, "no backend is configured", "Set alphacode.backend.url to a backend's address."
)
_NOT_ASKED = Situation(BackendState.CONNECTING, "not contacted yet")


@dataclass(frozen=True, slots=True)
class Pauses:
    """Between checks of a backend that nobody uses at the moment, in seconds."""

    ready_s: float = 60.0
    down_s: float = 30.0


class Backend:
    """Where jobs go. Every change of `situation` is told to `on_change`."""

    def __init__(self, state_dir: Path, environment: Mapping[str, str], pauses: Pauses | None = None) -> None:
        self.situation = _NOT_ASKED
        self.on_change: Callable[[], None] = lambda: None
        self._finder = BackendFinder(state_dir, environment)
        self._model = ""
        self._pauses = pauses or Pauses()
        self._connecting = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def settings(self) -> BackendSettings:
        return self._finder.settings

    @property
    def clients(self) -> BackendClients:
        return self._finder.clients

    @property
    def is_ours(self) -> bool:
        """Whether a backend that this server started is running."""
        return self._finder.local.is_running

    @property
    def may_start(self) -> bool:
        """Whether a search starts a local backend where none answers."""
        return self._finder.may_start

    def configure(self, settings: BackendSettings) -> None:
        """Take settings. Jobs go on where they are; the next one goes to the new address."""
        if settings != self.settings:
            self._finder.configure(settings)
            self._model = ""
            self._move(_NOT_ASKED if settings.url else _UNCONFIGURED)

    def look_afresh(self) -> None:
        """Forget what was found, and what the user's command has printed."""
        self._finder.configure(self.settings)
        self.clients.forget_token()

    async def connect(self, announce: Report, report: Report) -> "BackendClient":
        """A client of a backend that takes jobs. Raises BackendError, whose text is fit for the user.

        `announce` gets what the user should know, `report` what is going on meanwhile.
        """
        async with self._connecting:
            before = self.situation
            if before.state is BackendState.UNAUTHORIZED:
                self.clients.forget_token()
            if before.state not in (BackendState.READY, BackendState.BUSY):
                self._move(Situation(BackendState.CONNECTING, f"asking {self.settings.url}"))
            try:
                if not self.settings.url:
                    raise BackendError(f"{_UNCONFIGURED.message}; set alphacode.backend.url")
                client = await self._finder.find(announce, report)
                self._model = (await client.info()).model
            except BackendError as error:
                self.note(error)
                raise
            except asyncio.CancelledError:
                self._move(before)
                raise
            self._be_well()
            return client

    async def client(self) -> "BackendClient":
        """A client of where jobs go, whether or not anything answers there. Raises BackendError."""
        return await self._finder.client()

    async def check(self) -> None:
        """Ask how the backend is, without starting one. A job that is followed shows it anyway."""
        asked = self.settings
        if self._connecting.locked() or self.clients.has_jobs or not asked.url:
            return
        outcome: Situation | BackendError
        try:
            readiness, model = await self._finder.look()
            is_ready = readiness.status == "ready"
            state = BackendState.READY if is_ready else BackendState.CONNECTING
            outcome = Situation(state, (model if is_ready else readiness.message) or readiness.status)
        except BackendError as error:
            outcome = error
        if self._connecting.locked() or self.clients.has_jobs or asked != self.settings:
            return  # Somebody knows better by now.
        if isinstance(outcome, BackendError):
            self.note(outcome)
        else:
            self._model = model
            self._move(outcome)

    async def watch(self) -> None:
        """Check again and again, until cancelled; where asking again is of no use, wait for a change."""
        pauses = {
            BackendState.READY: self._pauses.ready_s,
            BackendState.DOWN: self._pauses.down_s,
            BackendState.CONNECTING: self._pauses.down_s,  # Its model is loading.
        }
        while True:
            self._changed.clear()
            if self.situation is _NOT_ASKED:
                await self.check()
            try:
                async with asyncio.timeout(pauses.get(self.situation.state)):
                    await self._changed.wait()
            except TimeoutError:
                await self.check()

    @asynccontextmanager
    async def following(self, job: str, client: "BackendClient") -> AsyncIterator[None]:
        """While a job is followed the backend is busy, and its stream says how it is."""
        try:
            with self.clients.following(job, client):
                self._be_well()
                yield
        except BackendError as error:
            self.note(error)
            raise
        finally:
            if self.situation.state in (BackendState.BUSY, BackendState.CONNECTING):
                self._be_well()

    def dropped(self, client: "BackendClient", error: BackendError) -> None:
        """A job's stream is lost and asked for again. Raises LocalBackendError where nobody will answer."""
        if death := self._finder.death(client.url):
            raise death
        self._move(Situation(BackendState.CONNECTING, str(error)))

    def heard(self) -> None:
        """A job's stream says something."""
        self._be_well()

    def note(self, error: BackendError) -> None:
        """Something went wrong: what that says about the backend."""
        situation = situation_of(error, self.settings.url) if self.settings.url else _UNCONFIGURED
        if situation.state is BackendState.READY:  # It answered; what it said is about one job.
            self._be_well()
            return
        if situation.state is BackendState.DOWN and self.may_start and not self._finder.death():
            situation = Situation(BackendState.DOWN, f"{error}; a local backend is started with the next search")
        self._move(situation)

    def explain(self, error: BackendError) -> str:
        """An error's text, with what finds it in the backend's log; or a local backend's last words, if it has died."""
        if isinstance(error, BackendRefused) and error.body.request_id:
            return f"{str(error).rstrip('.')} [request {error.body.request_id}]"
        is_unexplained = isinstance(error, BackendUnavailable) and not isinstance(error, LocalBackendError)
        death = self._finder.death() if is_unexplained else None
        return str(death or error)

    async def aclose(self) -> None:
        await self._finder.aclose()

    def _be_well(self) -> None:
        state = BackendState.BUSY if self.clients.has_jobs else BackendState.READY
        self._move(Situation(state, self._model or "it answers"))

    def _move(self, situation: Situation) -> None:
        if situation != self.situation:
            self.situation = situation
            self._changed.set()
            self.on_change()
