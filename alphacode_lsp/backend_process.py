"""A local `alphacode serve`, started for this editor and ended with it."""

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_STOP_TIMEOUT_S = 8.0


class BackendProcess:
    """The process, through a keeper that ends it when this process is gone."""

    def __init__(self, keeper: asyncio.subprocess.Process, log: Path) -> None:
        self._keeper = keeper
        self.log = log

    @property
    def has_ended(self) -> bool:
        return self._keeper.returncode is not None

    @property
    def exit_code(self) -> int | None:
        return self._keeper.returncode

    def last_words(self) -> str:
        """The last line that the backend wrote, which says why where it did not start."""
        with suppress(OSError):
            lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
            return next((line for line in reversed(lines) if line), "")
        return ""

    async def stop(self) -> None:
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self._keeper.wait()
        except TimeoutError:
            logger.warning("the local backend did not stop in %g s", _STOP_TIMEOUT_S)
            with suppress(ProcessLookupError):
                self._keeper.kill()


async def start_backend(
    host: str, port: int, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> BackendProcess:
    """Start it and return at once; it is ready when `/ready` says so. Raises OSError."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "alphacode_server.cli",
        "serve",
        "--host",
        host,
        "--port",
        str(port),
        # It ends with the editor, and so does all interest in its jobs.
        "--store",
        "none",
        *arguments,
    ]
    keeper = [sys.executable, "-P", "-m", "alphacode_lsp.backend_keeper", *command]
    log.parent.mkdir(parents=True, exist_ok=True)
    logger.info("starting a local backend: %s; its log is %s", " ".join(command), log)
    # The server's standard output belongs to LSP, so none of its children may have it.
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            *keeper,
            stdin=asyncio.subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            env=dict(environment),
        )
    return BackendProcess(process, log)
