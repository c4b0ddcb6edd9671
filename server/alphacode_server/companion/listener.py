"""The HTTP server that Competitive Companion posts problems to. It answers this machine only, and stores nothing."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import h11

from alphacode_server.companion.admission import LARGEST_BODY, TOO_LARGE, Head, Refusal, refusal_of
from alphacode_server.problem.companion import Payload, PayloadError, read_payload

logger = logging.getLogger(__name__)

AUTO_PORTS = (10043, 10042, 6174, 4244, 1327)
"""Companion sends every problem to these ports. Left out are those of cph and competitest, 27121, and of CP Editor,
10045: a tool that somebody else may be using at the same time."""

_ADDRESSES = ("127.0.0.1", "::1")
REQUEST_S = 10.0
"""How long a request may take as a whole."""
_MOST_CONNECTIONS = 32
_LARGEST_HEAD = 16 * 1024

Take = Callable[[Payload, bytes], None]
"""What is done with a problem and the body that it was read from."""


async def listen(ports: Sequence[int], take: Take, *, request_s: float = REQUEST_S) -> "Listener | None":
    """A listener at the first port that is free, or None where all are taken. Port 0 is any free one."""
    for port in ports:
        sockets = _bound(port)
        if sockets:
            listener = Listener(sockets, take, request_s)
            await listener.start()
            return listener
    return None


class Listener:
    """Takes problems until it is closed."""

    def __init__(self, sockets: Sequence[socket.socket], take: Take, request_s: float) -> None:
        self._sockets = sockets
        self._take = take
        self._request_s = request_s
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        return int(self._sockets[0].getsockname()[1])

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(str(bound.getsockname()[0]) for bound in self._sockets)

    async def start(self) -> None:
        self._servers = [await asyncio.start_server(self._connected, sock=bound) for bound in self._sockets]

    async def aclose(self) -> None:
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._connections) >= _MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._serve(_Exchange(h11.Connection(h11.SERVER, _LARGEST_HEAD), reader, writer))
        except (OSError, h11.ProtocolError) as error:
            logger.info("a request to the Companion port broke off: %s", error)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, exchange: "_Exchange") -> None:
        """One request a connection: there is never a second one worth waiting for."""
        refusal: Refusal | None
        try:
            async with asyncio.timeout(self._request_s):
                body = await exchange.body()
            refusal = body if isinstance(body, Refusal) else self._refusal_of(body)
        except TimeoutError:
            refusal = Refusal(408, f"the request was not complete after {self._request_s:g} s")
        except h11.RemoteProtocolError as error:
            refusal = Refusal(error.error_status_hint, f"no HTTP request: {error}")
        if refusal is not None:
            logger.info("a request to the Companion port was refused with %d: %s", refusal.status, refusal.reason)
        await exchange.answer(refusal)

    def _refusal_of(self, body: bytes) -> Refusal | None:
        """None for a body that is a problem, which is taken."""
        try:
            payload = read_payload(body)
        except PayloadError as error:
            return Refusal(400, f"not what Competitive Companion sends: {error}")
        self._take(payload, body)
        return None


@dataclass(slots=True)
class _Exchange:
    """A connection's bytes as events of HTTP."""

    connection: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_head: bool = False
    """Whether the answer's body must be left out."""

    async def body(self) -> bytes | Refusal:
        """The request's body, or why it is not read. Raises RemoteProtocolError."""
        body = bytearray()
        while True:
            event = await self._event()
            if isinstance(event, h11.Request):
                self.is_head = event.method == b"HEAD"
                refusal = refusal_of(_head(event))
                if refusal is not None:
                    return refusal
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > LARGEST_BODY:
                    return TOO_LARGE
            elif isinstance(event, h11.EndOfMessage):
                return bytes(body)
            else:
                raise h11.RemoteProtocolError("the connection was closed in the middle")

    async def answer(self, refusal: Refusal | None) -> None:
        """200 with nothing, or the refusal. Nothing in it lets a web page read it."""
        if self.connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        text = f"{refusal.reason}\n".encode() if refusal else b""
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        if refusal and refusal.status == 405:
            headers.append(("Allow", "POST"))
        headers.append(("Connection", "close"))
        response = h11.Response(status_code=refusal.status if refusal else 200, headers=headers)
        for event in (response, h11.Data(data=b"" if self.is_head else text), h11.EndOfMessage()):
            self.writer.write(self.connection.send(event) or b"")
        with suppress(TimeoutError):
            async with asyncio.timeout(REQUEST_S):
                await self.writer.drain()

    async def _event(self) -> object:
        while True:
            event = self.connection.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self.connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self.writer.write(self.connection.send(go_on) or b"")
            self.connection.receive_data(await self.reader.read(_LARGEST_HEAD))


def _head(request: h11.Request) -> Head:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers]
    return Head(request.method.decode("latin-1"), request.target.decode("latin-1"), headers)


def _bound(port: int) -> list[socket.socket]:
    """Sockets at a port of every loopback address that this machine has; none where the port is taken at one."""
    sockets: list[socket.socket] = []
    for address in _ADDRESSES:
        try:
            sockets.append(_bind(address, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            if address == _ADDRESSES[0] or not _is_missing(error):
                for bound in sockets:
                    bound.close()
                return []
    return sockets


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound


def _is_missing(error: OSError) -> bool:
    """Whether the machine has no such address, as where IPv6 is turned off."""
    return error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
