"""Connections that break: a proxy between a client and its backend."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


class Cutter:
    """A proxy that passes on so many bytes of each answer and then cuts the connection."""

    def __init__(self) -> None:
        self.n_bytes = 1 << 30
        self.connections = asyncio.Semaphore(0)
        """Released once for each connection."""
        self.asked = b""
        """All that clients have sent."""
        self.handlers: set[asyncio.Task[None]] = set()
        self._accepted: list[asyncio.StreamWriter] = []

    async def put_before(self, url: str) -> str:
        """Listen on an address of its own, which it returns."""
        target = int(url.rpartition(":")[2])

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections.release()
            self._accepted.append(writer)
            self.handlers.add(asyncio.create_task(self._pass_on(target, reader, writer)))

        self._server = await asyncio.start_server(accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Drop every connection there is at this moment."""
        for handler in self.handlers:
            handler.cancel()

    async def aclose(self) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self.handlers, return_exceptions=True)
        # A handler that is cancelled before it has begun closes nothing.
        for writer in self._accepted:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _overhear(self, chunk: bytes) -> None:
        self.asked += chunk

    async def _pass_on(self, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, there = await asyncio.open_connection("127.0.0.1", target)
        asking = asyncio.create_task(_pump(reader, there, 1 << 30, self._overhear))
        try:
            await _pump(back, writer, self.n_bytes)
        finally:
            # Nothing is awaited here: a second cut would leave the rest of it undone.
            asking.cancel()
            there.transport.abort()
            writer.transport.abort()


async def _pump(
    source: asyncio.StreamReader,
    sink: asyncio.StreamWriter,
    n_bytes: int,
    overhear: Callable[[bytes], None] = lambda chunk: None,
) -> None:
    while n_bytes > 0 and (chunk := await source.read(min(n_bytes, 4096))):
        overhear(chunk)
        sink.write(chunk)
        await sink.drain()
        n_bytes -= len(chunk)
