"""The HTTP clients of a session: the one for the configured address, and those of jobs that began at another."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alphacode_lsp import __version__
from alphacode_lsp.backend_access import find_token, open_client
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol.credentials import Token

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient


class BackendClients:
    """Makes a client when settings or token are others than those of the last one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.editor = ""
        """The editor's name and version, which a backend may know."""
        self._environment = environment
        self._made_from: object = None
        self._client: BackendClient | None = None
        self._of_jobs: dict[str, BackendClient] = {}
        self._retired: list[BackendClient] = []
        """Open to the end: whoever asks for one may still be waiting for its answer when the settings change."""
        self._printed: tuple[object, Token | None] | None = None

    async def token(self, settings: BackendSettings) -> Token | None:
        """Read again each time, except from a command, which may ask its user. Raises BackendError."""
        asked = (settings.url, settings.token_command)
        if settings.token_command and self._printed and self._printed[0] == asked:
            return self._printed[1]
        token = await find_token(settings, self._environment)
        self._printed = (asked, token)
        return token

    def may_know_token(self, settings: BackendSettings) -> bool:
        """Whether it can be had without asking the user, as a command might."""
        has_printed = self._printed is not None and self._printed[0] == (settings.url, settings.token_command)
        return not settings.token_command or bool(settings.token_file) or has_printed

    def forget_token(self) -> None:
        """Ask the user's command again next time."""
        self._printed = None

    async def get(self, settings: BackendSettings, token: Token | None) -> "BackendClient":
        """Raises BackendError on settings that cannot be used."""
        made_from = (settings, token)
        if self._client is None or made_from != self._made_from:
            if self._client is not None:
                self._retired.append(self._client)
                self._client = None
            agent = f"alphacode-lsp/{__version__}" + (f" ({self.editor})" if self.editor else "")
            self._client, self._made_from = open_client(settings, token, agent), made_from
        return self._client

    @property
    def has_jobs(self) -> bool:
        return bool(self._of_jobs)

    def of_job(self, job: str) -> "BackendClient | None":
        """The client of a job that is followed, whatever the settings say by now."""
        return self._of_jobs.get(job)

    @contextmanager
    def following(self, job: str, client: "BackendClient") -> Iterator[None]:
        """Keep the client while its job is followed."""
        self._of_jobs[job] = client
        try:
            yield
        finally:
            del self._of_jobs[job]

    async def aclose(self) -> None:
        clients = [*self._retired, *([self._client] if self._client else [])]
        self._client, self._retired = None, []
        for client in clients:
            await client.aclose()
