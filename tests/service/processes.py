"""`alphacode serve` as a process of its own, which can be killed and started again at the same address."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from alphacode_lsp.local_backend import free_port


class Backend:
    """A backend over a recording."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = arguments
        """Of the next start."""
        self._environment = {**os.environ, **(environment or {})}
        self._process: asyncio.subprocess.Process | None = None
        self._words: asyncio.Task[bytes] | None = None
        """What it says once it is ready. Nobody may leave it unread: a full pipe would hold the backend up."""

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process
        return self._process

    async def start(self) -> None:
        """Returns when the model is loaded; fails with what was said when the process ends before."""
        command = ["-P", "-m", "alphacode_server.cli", "serve", "--port", str(self.port), *self.arguments]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stderr=asyncio.subprocess.PIPE, env=self._environment
        )
        said = b""
        assert self._process.stderr
        async for line in self._process.stderr:
            said += line
            if b"ready" in line:
                self._words = asyncio.create_task(self._process.stderr.read())
                return
        raise AssertionError(said.decode())

    async def kill(self) -> None:
        """As the machine would in need: no chance to clean up."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        """End the process, and return what it said since it was ready."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        assert self._words
        said = await self._words
        await self.process.wait()
        return said.decode()


@asynccontextmanager
async def backend(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Backend]:
    running = Backend(*arguments, environment=environment)
    await running.start()
    try:
        yield running
    finally:
        await running.kill()


def recording(path: Path, programs: Sequence[str]) -> str:
    """The sampler's name of a new recording of Python programs."""
    lines = [json.dumps({"language": "python", "code": code}) for code in programs]
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"replay:{path}"
