"""How the language server stands with its backend: finding it, starting one where none is, and its state.

What is at the configured address decides where a search runs:

    an AlphaCode backend      there
    nothing, on this machine  in a local backend, started at that address
    a server with `/v1`       in a local backend, started beside the editor, that takes its samples from there
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alphacode_lsp.backend_access import child_environment
from alphacode_lsp.backend_clients import BackendClients
from alphacode_lsp.local_backend import LocalBackend, LocalBackendError, free_port
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol.address import is_loopback
from alphacode_server.protocol.credentials import travels_openly
from alphacode_server.protocol.errors import BackendError, BackendUnavailable, NotABackend
from alphacode_server.protocol.situation import BackendState, Situation, situation_of

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_POLL_S = 0.25
_UNCONFIGURED = Situation(
    BackendState.UNCONFIGURED, "no backend is configured", "Set alphacode.backend.url to a backend's address."
)
_NOT_ASKED = Situation(BackendState.CONNECTING, "not contacted yet")

Report = Callable[[str], None]
"""Takes a sentence about what is going on."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Between checks of a backend that nobody uses at the moment, in seconds."""

    ready_s: float = 60.0
    down_s: float = 30.0


class Backend:
    """Where jobs go. Every change of `situation` is told to `on_change`."""

    def __init__(self, state_dir: Path, environment: Mapping[str, str], pauses: Pauses | None = None) -> None:
        self.settings = BackendSettings()
        self.situation = _NOT_ASKED
        self.on_change: Callable[[], None] = lambda: None
        self.clients = BackendClients(environment)
        self._local = LocalBackend(state_dir)
        self._environment = environment
        self._pauses = pauses or Pauses()
        self._speaks_openai = False
        """What was found at the address, where the settings leave it open."""
        self._asking = asyncio.Lock()
        self._changed = asyncio.Event()
        self._warned: set[str] = set()

    def configure(self, settings: BackendSettings) -> None:
        """Take new settings. Jobs go on where they are; the next one goes to the new address."""
        if settings != self.settings:
            self.settings, self._speaks_openai = settings, settings.kind == "openai"
            self._move(_NOT_ASKED if settings.url else _UNCONFIGURED)

    @property
    def is_ours(self) -> bool:
        """Whether a backend that this server started is running."""
        return self._local.is_running

    @property
    def may_start(self) -> bool:
        """Whether a search starts a local backend where none answers."""
        url = urlsplit(self.settings.url)
        return self.settings.auto_start and url.scheme == "http" and is_loopback(url.hostname or "")

    async def connect(self, announce: Report, report: Report) -> "BackendClient":
        """A client of a backend that takes jobs. Raises BackendError, whose text is fit for the user.

        `announce` gets what the user should know, `report` what is going on meanwhile.
        """
        async with self._asking:
            if self.situation.state is BackendState.UNAUTHORIZED:
                self.clients.forget_token()
            if self.situation.state not in (BackendState.READY, BackendState.BUSY):
                self._move(Situation(BackendState.CONNECTING, f"asking {self.settings.url}"))
            try:
                client = await self._find(announce, report)
                info = await client.info()
            except BackendError as error:
                self.note(error)
                raise
            self._move(_ready(info.model))
            return client

    async def client(self) -> "BackendClient":
        """A client of where jobs go, whether or not anything answers there. Raises BackendError."""
        if self._speaks_openai and self._local.is_running:
            return await self.clients.get(BackendSettings(url=self._local.url), None)
        return await self.clients.get(self.settings, await self.clients.token(self.settings))

    async def check(self) -> None:
        """Ask how the backend is, without starting one. A job that is followed shows it anyway."""
        asked = self.settings
        if self._asking.locked() or self.clients.has_jobs or not asked.url:
            return
        outcome: Situation | BackendError
        try:
            outcome = await self._look()
        except BackendError as error:
            outcome = error
        if self._asking.locked() or self.clients.has_jobs or asked != self.settings:
            return  # Somebody knows better by now.
        if isinstance(outcome, BackendError):
            self.note(outcome)
        else:
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
        model = self.situation.message
        try:
            with self.clients.following(job, client):
                self._move(Situation(BackendState.BUSY, model))
                yield
        except BackendError as error:
            self.note(error)
            raise
        finally:
            if not self.clients.has_jobs and self.situation.state in (BackendState.BUSY, BackendState.CONNECTING):
                self._move(_ready(model))

    def dropped(self, error: BackendError) -> None:
        """A job's stream is lost and asked for again. Raises LocalBackendError where nobody will answer."""
        if death := self._local.death():
            raise death
        self._move(Situation(BackendState.CONNECTING, str(error)))

    def heard(self) -> None:
        """A job's stream is there again."""
        if self.situation.state is BackendState.CONNECTING:
            self._move(Situation(BackendState.BUSY, "a search is running"))

    def note(self, error: BackendError) -> None:
        """Something went wrong: what that says about the backend."""
        if not self.settings.url:
            self._move(_UNCONFIGURED)
            return
        situation = situation_of(error, self.settings.url)
        if situation.state is BackendState.READY:
            return  # It answered; what it said is about one job.
        if situation.state is BackendState.DOWN and self.may_start and not self._local.death():
            situation = Situation(BackendState.DOWN, f"{error}; a local backend is started with the next search")
        self._move(situation)

    def explain(self, error: BackendError) -> str:
        """An error's text, or a local backend's last words where it has died of something."""
        death = self._local.death()
        unexplained = isinstance(error, BackendUnavailable) and not isinstance(error, LocalBackendError)
        return str(death if death and unexplained else error)

    async def aclose(self) -> None:
        await self.clients.aclose()
        await self._local.stop()

    # Finding it

    async def _find(self, announce: Report, report: Report) -> "BackendClient":
        if not self.settings.url:
            raise BackendError(f"{_UNCONFIGURED.message}; set alphacode.backend.url")
        if not self._speaks_openai:
            try:
                return await self._ours(announce, report)
            except NotABackend as error:
                await self._recognise_openai(error)
        return await self._beside(announce, report)

    async def _ours(self, announce: Report, report: Report) -> "BackendClient":
        settings = self.settings
        if not self._local.runs(settings.serve_args, settings.url) and not self.clients.has_jobs:
            await self._local.stop()
        client = await self._asked_openly(announce)
        try:
            await self._wait_until_ready(client, report)
        except BackendUnavailable as error:
            if not self.may_start:
                raise
            log = self._local.log_of(settings.url)
            announce(f"AlphaCode: {error}, so a local backend is being started there. Its log is {log}")
            await self._local.start(settings.url, settings.serve_args, self._environment)
            await self._wait_until_ready(client, report)
        return client

    async def _beside(self, announce: Report, report: Report) -> "BackendClient":
        """A local backend that takes its samples from the address, where only a model is served."""
        settings = self.settings
        model = ("--model", settings.model) if settings.model else ()
        arguments = ("--sampler", "openai", "--api-url", settings.url, *model, *settings.serve_args)
        if not self._local.runs(arguments):
            url = f"http://127.0.0.1:{free_port()}"
            announce(
                f"AlphaCode: {settings.url} serves a model but is no AlphaCode backend, so the search runs on this "
                f"machine. Its log is {self._local.log_of(url)}"
            )
            token = await self.clients.token(settings)
            await self._local.start(url, arguments, child_environment(settings, token, self._environment))
        client = await self.client()
        await self._wait_until_ready(client, report)
        return client

    async def _asked_openly(self, announce: Report) -> "BackendClient":
        """The client, after a warning where what it sends can be read on the way."""
        token = await self.clients.token(self.settings)
        warning = travels_openly(self.settings.url, token.text if token else None)
        if warning and self.settings.url not in self._warned:
            self._warned.add(self.settings.url)
            announce(f"AlphaCode: {warning}")
        return await self.client()

    async def _recognise_openai(self, error: NotABackend) -> None:
        """Return where a model is served after all and the settings allow for it. Raises BackendError."""
        if not await (await self.client()).models():
            raise error
        if self.settings.kind == "alphacode":
            raise NotABackend(
                f"{error}. It serves models by OpenAI's protocol, so alphacode.backend.kind could be `openai`"
            ) from error
        self._speaks_openai = True

    async def _look(self) -> Situation:
        """How the backend is at this moment. Raises BackendError."""
        client = await self.client()
        if self._speaks_openai and not self._local.is_running:
            models = await client.models()
            if models is None:
                raise NotABackend(f"{self.settings.url} lists no models as OpenAI's protocol has it")
            return _ready(self.settings.model or next(iter(models), "no model"))
        try:
            readiness = await client.ready()
        except NotABackend as error:
            await self._recognise_openai(error)
            return await self._look()
        if readiness.status != "ready":
            return Situation(BackendState.CONNECTING, readiness.message or readiness.status)
        return _ready((await client.info()).model)

    async def _wait_until_ready(self, client: "BackendClient", report: Report) -> None:
        """Return when the backend takes jobs; wait while its model loads or its process starts."""
        while True:
            starting = self._local.is_running and self._local.url == client.url
            try:
                readiness = await client.ready()
            except BackendUnavailable:
                if death := self._local.death("did not start"):
                    raise death from None
                if not starting:
                    raise
                report("Starting the local backend")
            else:
                if readiness.status == "ready":
                    return
                # A backend of ours that gives up ends soon, and then its last words say why.
                if readiness.status in ("failed", "stopping") and not starting:
                    raise BackendUnavailable(f"the backend at {client.url} is {readiness.status}: {readiness.message}")
                share = f" ({readiness.progress:.0%})" if readiness.progress is not None else ""
                report(f"Waiting for the backend: {readiness.message or readiness.status}{share}")
            await asyncio.sleep(_POLL_S)

    def _move(self, situation: Situation) -> None:
        if situation != self.situation:
            self.situation = situation
            self._changed.set()
            self.on_change()


def _ready(model: str) -> Situation:
    return Situation(BackendState.READY, model)
