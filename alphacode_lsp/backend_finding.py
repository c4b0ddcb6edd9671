"""Finding the backend that the settings mean, and starting one where that is none.

What is at the configured address decides where a search runs:

    an AlphaCode backend      there
    nothing, on this machine  in a local backend, started at that address
    a server with `/v1`       in a local backend, started beside the editor, that takes its samples from there
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alphacode_lsp.backend_access import child_environment
from alphacode_lsp.backend_clients import BackendClients
from alphacode_lsp.local_backend import LocalBackend, LocalBackendError, free_port
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol import Readiness
from alphacode_server.protocol.address import is_loopback
from alphacode_server.protocol.credentials import travels_openly
from alphacode_server.protocol.errors import BackendUnavailable, NotABackend

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_POLL_S = 0.25

Report = Callable[[str], None]
"""Takes a sentence about what is going on."""


class BackendFinder:
    """Keeps what it found until the settings change: clients, what is spoken there, and at most one process."""

    def __init__(self, state_dir: Path, environment: Mapping[str, str]) -> None:
        self.settings = BackendSettings()
        self.clients = BackendClients(environment)
        self.local = LocalBackend(state_dir)
        self._environment = environment
        self._speaks_openai = False
        self._warned: set[str] = set()

    def configure(self, settings: BackendSettings) -> None:
        """Take settings, perhaps the same ones, and look afresh."""
        self.settings, self._speaks_openai = settings, settings.kind == "openai"

    @property
    def may_start(self) -> bool:
        """Whether a search starts a local backend where none answers."""
        url = urlsplit(self.settings.url)
        is_here = url.scheme == "http" and is_loopback(url.hostname or "")
        return self.settings.auto_start and is_here and not self._speaks_openai

    async def find(self, announce: Report, report: Report) -> "BackendClient":
        """A client of a backend that takes jobs; one is started where that is called for. Raises BackendError.

        `announce` gets what the user should know, `report` what is going on meanwhile.
        """
        if not self._speaks_openai:
            try:
                return await self._ours(announce, report)
            except NotABackend as error:
                await self._recognise_openai(error)
        return await self._beside(announce, report)

    async def client(self) -> "BackendClient":
        """A client of where jobs go, whether or not anything answers there. Raises BackendError."""
        if self._speaks_openai and self.local.is_running:
            return await self.clients.get(BackendSettings(url=self.local.url), None)
        return await self.clients.get(self.settings, await self.clients.token(self.settings))

    async def look(self) -> tuple[Readiness, str]:
        """How the backend is at this moment and which model it has, as far as that can be known. Raises BackendError.

        Starts nothing, and asks its user for nothing.
        """
        if not self.clients.may_know_token(self.settings):
            client = await self.clients.get(self.settings, None)
            return await client.ready(), ""
        client = await self.client()
        if self._speaks_openai and not self.local.is_running:
            models = await client.models()
            if models is None:
                raise NotABackend(f"{self.settings.url} lists no models as OpenAI's protocol has it")
            return Readiness("ready"), self.settings.model or next(iter(models), "")
        try:
            readiness = await client.ready()
        except NotABackend as error:
            await self._recognise_openai(error)
            return await self.look()
        return readiness, (await client.info()).model if readiness.status == "ready" else ""

    def death(self, url: str | None = None) -> LocalBackendError | None:
        """Why the local backend is not there any more, where jobs go to it: at this address, else by the settings."""
        is_meant = self.local.url == url if url else self._speaks_openai or self.local.url == self.settings.url
        return self.local.death() if is_meant else None

    async def aclose(self) -> None:
        await self.clients.aclose()
        await self.local.stop()

    async def _ours(self, announce: Report, report: Report) -> "BackendClient":
        settings = self.settings
        if not self.local.runs(settings.serve_args, settings.url) and not self.clients.has_jobs:
            await self.local.stop()
        client = await self._asked_openly(announce)
        try:
            await self._wait_until_ready(client, report)
        except BackendUnavailable as error:
            if not self.may_start:
                raise
            log = self.local.log_of(settings.url)
            announce(f"AlphaCode: {error}, so a local backend is being started there. Its log is {log}")
            await self.local.start(settings.url, settings.serve_args, self._environment)
            await self._wait_until_ready(client, report)
        return client

    async def _beside(self, announce: Report, report: Report) -> "BackendClient":
        """A local backend that takes its samples from the address, where only a model is served."""
        settings = self.settings
        model = ("--model", settings.model) if settings.model else ()
        arguments = ("--sampler", "openai", "--api-url", settings.url, *model, *settings.serve_args)
        if not self.local.runs(arguments):
            url = f"http://127.0.0.1:{free_port()}"
            announce(
                f"AlphaCode: {settings.url} serves a model but is no AlphaCode backend, so the search runs on this "
                f"machine. Its log is {self.local.log_of(url)}"
            )
            token = await self.clients.token(settings)
            await self.local.start(url, arguments, child_environment(settings, token, self._environment))
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

    async def _wait_until_ready(self, client: "BackendClient", report: Report) -> None:
        """Return when the backend takes jobs; wait while its model loads or its process starts."""
        while True:
            starting = self.local.is_running and self.local.url == client.url
            try:
                readiness = await client.ready()
            except BackendUnavailable:
                if self.local.url == client.url and (death := self.local.death("did not start")):
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
                since = f", for {readiness.elapsed_s:.0f} s" if readiness.elapsed_s else ""
                report(f"Waiting for the backend: {readiness.message or readiness.status}{since}")
            await asyncio.sleep(_POLL_S)
