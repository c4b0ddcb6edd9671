"""The backend that is started on this machine for want of another: at most one, and why it is not there any more."""

import random
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from alphacode_lsp.backend_process import BackendProcess, start_backend
from alphacode_server.protocol.errors import BackendUnavailable

PORTS = range(28_000, 30_000)
"""No system hands these out by itself by default, so what is free stays so until a process binds it."""
N_TRIES = 100


class LocalBackend:
    """A process for one address and one list of arguments; asking for another ends it."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._process: BackendProcess | None = None
        self._arguments: tuple[str, ...] = ()
        self.url = ""

    @property
    def is_running(self) -> bool:
        return self._process is not None and not self._process.has_ended

    def runs(self, arguments: Sequence[str], url: str | None = None) -> bool:
        """Whether it runs with these arguments, and at this address where one is given."""
        return self.is_running and self._arguments == tuple(arguments) and url in (None, self.url)

    def log_of(self, url: str) -> Path:
        return self._state_dir / f"backend-{urlsplit(url).port or 80}.log"

    async def start(self, url: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it and return at once. Raises BackendUnavailable."""
        await self.stop()
        address = urlsplit(url)
        try:
            self._process = await start_backend(
                address.hostname or "127.0.0.1", address.port or 80, arguments, self.log_of(url), environment
            )
        except OSError as error:
            raise BackendUnavailable(f"the local backend cannot be started: {error}") from error
        self.url, self._arguments = url, tuple(arguments)

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.stop()

    def death(self, what: str = "has stopped") -> "LocalBackendError | None":
        """Why it is not there any more; None where it is, or never was."""
        process = self._process
        if process is None or not process.has_ended:
            return None
        words = process.last_words().removeprefix("alphacode: ")
        code = process.exit_code or 0
        # A process that was killed had no last words; what it wrote before explains nothing.
        reason = words if words and code < 128 else f"exit code {code}"
        return LocalBackendError(f"the local backend {what}: {reason} (log: {process.log})")


class LocalBackendError(BackendUnavailable):
    """The backend that was started here is not there any more; the message says why."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on. Raises LocalBackendError."""
    for port in random.sample(PORTS, N_TRIES):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise LocalBackendError(f"of {N_TRIES} ports between {PORTS[0]} and {PORTS[-1]} none is free")
