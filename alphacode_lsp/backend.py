"""The connection to a backend: the one that answers at the configured address, or a local one started for it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alphacode_lsp import __version__
from alphacode_lsp.backend_process import BackendProcess, start_backend
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol.address import is_loopback
from alphacode_server.protocol.errors import BackendError, BackendUnavailable
from alphacode_server.protocol.patience import Patience

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

logger = logging.getLogger(__name__)

_POLL_S = 0.25
_PATIENCE = Patience(reconnect_s=20.0)

Report = Callable[[str], None]
"""Takes a sentence about what is going on."""


class Backend:
    """Where jobs go. Knows its address from the settings and keeps one client and at most one process."""

    def __init__(self, state_dir: Path, environment: Mapping[str, str]) -> None:
        self.settings = BackendSettings()
        self.state = "not contacted"
        self._state_dir = state_dir
        self._token = environment.get("ALPHACODE_TOKEN")
        self._client: BackendClient | None = None
        self._process: BackendProcess | None = None
        self._starting = asyncio.Lock()
        self.client_name = ""

    async def configure(self, settings: BackendSettings) -> None:
        """Take new settings; another address means another client."""
        if settings.url != self.settings.url and self._client is not None:
            client, self._client = self._client, None
            await client.aclose()
        self.settings = settings

    @property
    def is_ours(self) -> bool:
        """Whether a backend that this server started is running."""
        return self._process is not None and not self._process.has_ended

    async def connect(self, announce: Report, report: Report) -> "BackendClient":
        """A client of a backend that takes jobs. Raises BackendError, whose text is fit for the user.

        `announce` gets what the user should know, `report` what is going on meanwhile.
        """
        async with self._starting:
            try:
                client = await self._connect(announce, report)
            except BackendError as error:
                self.state = f"unavailable: {error}"
                raise
            self.state = "ready"
            return client

    def explain(self, error: BackendError) -> str:
        """An error's text, or a local backend's last words where it has died of something."""
        process = self._process if self._process is not None and self._process.has_ended else None
        if process is None or isinstance(error, LocalBackendError) or not isinstance(error, BackendUnavailable):
            return str(error)
        return str(_gone(process, "has stopped"))

    def client(self) -> "BackendClient":
        """A client of the configured address, whether or not anything answers there. Raises BackendError."""
        if self._client is None:
            # The HTTP library takes a sixth of the time to start, and an editor starts us with every file.
            from alphacode_server.protocol.client import BackendClient

            agent = f"alphacode-lsp/{__version__}" + (f" ({self.client_name})" if self.client_name else "")
            self._client = BackendClient(self.settings.url, token=self._token, user_agent=agent, patience=_PATIENCE)
        return self._client

    async def aclose(self) -> None:
        client, self._client = self._client, None
        process, self._process = self._process, None
        if client is not None:
            await client.aclose()
        if process is not None:
            await process.stop()

    async def _connect(self, announce: Report, report: Report) -> "BackendClient":
        client = self.client()
        if self._process is not None and self._process.has_ended:
            self._process = None
        try:
            await self._wait_until_ready(client, report)
        except BackendUnavailable as error:
            if not self._may_start():
                raise
            await self._start(announce, error)
            await self._wait_until_ready(client, report)
        await client.info()
        return client

    def _may_start(self) -> bool:
        url = urlsplit(self.settings.url)
        return self.settings.auto_start and url.scheme == "http" and is_loopback(url.hostname or "")

    async def _start(self, announce: Report, reason: BackendError) -> None:
        if self._process is not None:  # It runs, and answers at an address that is no longer the configured one.
            await self._process.stop()
        url = urlsplit(self.settings.url)
        host, port = url.hostname or "127.0.0.1", url.port or 80
        log = self._state_dir / f"backend-{port}.log"
        announce(f"AlphaCode: {reason}, so a local backend is being started there. Its log is {log}")
        try:
            self._process = await start_backend(host, port, self.settings.serve_args, log)
        except OSError as error:
            raise BackendUnavailable(f"the local backend cannot be started: {error}") from error

    async def _wait_until_ready(self, client: "BackendClient", report: Report) -> None:
        """Return when the backend takes jobs; wait while its model loads or its process starts."""
        while True:
            starting = self._process is not None and not self._process.has_ended
            try:
                readiness = await client.ready()
            except BackendUnavailable:
                if self._process is None:
                    raise
                if not starting:
                    raise _gone(self._process, "did not start") from None
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


class LocalBackendError(BackendUnavailable):
    """The backend that was started here is not there any more; the message says why."""


def _gone(process: BackendProcess, what: str) -> LocalBackendError:
    words = process.last_words().removeprefix("alphacode: ")
    code = process.exit_code or 0
    # A process that was killed had no last words; what it wrote before explains nothing.
    reason = words if words and code < 128 else f"exit code {code}"
    return LocalBackendError(f"the local backend {what}: {reason} (log: {process.log})")
