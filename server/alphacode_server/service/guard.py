"""What every request passes before it reaches a route, and what every answer carries.

A page in the user's browser can reach loopback addresses, directly or by rebinding its own name to one. So requests
that a web page sends, and requests to a name that is not ours, are refused. The token comes next, and then the body.
"""

import asyncio
import ipaddress
import logging
import re
import socket
import uuid
from collections.abc import Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alphacode_server.protocol import PROTOCOL_VERSION
from alphacode_server.protocol.address import is_loopback
from alphacode_server.service.access import Access, Caller
from alphacode_server.service.errors import Refusal
from alphacode_server.service.store import StoreError

MAX_BODY_BYTES = 1024 * 1024
MAX_HEADER_BYTES = 16 * 1024
"""Names and values together."""
BODY_TIMEOUT_S = 30.0

log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware: checks the request, reads its body within bounds, adds the common headers to the answer."""

    def __init__(self, app: ASGIApp, is_our_host: Callable[[str], bool], access: Access) -> None:
        self._app = app
        self._access = access
        self._is_our_host = is_our_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _log_answer(scope, message["status"], request_id)
                added = MutableHeaders(scope=message)
                added["AlphaCode-Protocol"] = str(PROTOCOL_VERSION)
                added["X-Request-Id"] = request_id
                added["Cache-Control"] = "no-store"
            await send(message)

        try:
            self._check(headers, scope["path"])
            scope["state"]["caller"] = await self._access.caller(scope)
            body = await _body(headers, receive)
            await self._app(scope, _replayed(body, receive), send_with_headers)
        except Refusal as refusal:
            await refusal.response(request_id)(scope, receive, send_with_headers)
        except StoreError as error:
            unknown = Refusal(503, "storage_failed", str(error)).later(30)
            await unknown.response(request_id)(scope, receive, send_with_headers)
        except Exception:
            # The boundary of a request: one that breaks is logged and answered, and the next one is served.
            log.exception("%s %s failed [request %s]", scope["method"], scope["path"], request_id)
            if has_begun:
                raise
            message = f"internal error; the backend's log has more under {request_id}"
            await Refusal(500, "internal_error", message).response(request_id)(scope, receive, send_with_headers)

    def _check(self, headers: Headers, path: str) -> None:
        if sum(len(name) + len(value) for name, value in headers.raw) > MAX_HEADER_BYTES:
            raise Refusal(431, "headers_too_large", f"a request may have {MAX_HEADER_BYTES} bytes of headers at most")
        host = _host_of(headers.get("host", ""))
        if not self._is_our_host(host):
            raise Refusal(403, "foreign_host", f"this backend does not answer as {host!r}", "Host")
        if "origin" in headers or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            raise Refusal(403, "web_page", "requests from web pages are refused", "Origin")
        version = headers.get("alphacode-protocol", str(PROTOCOL_VERSION))
        if path.startswith("/v1/") and version != str(PROTOCOL_VERSION):
            raise Refusal(
                400,
                "unsupported_protocol",
                f"this backend speaks protocol {PROTOCOL_VERSION} to {PROTOCOL_VERSION}, the client {version}; "
                "update the older of the two",
                "AlphaCode-Protocol",
            )


def network_host_check(hosts: Iterable[str]) -> Callable[[str], bool]:
    """Whether a Host header may be ours when we listen on a network as `hosts`: a literal address cannot be rebound."""
    names = {*(host.lower() for host in hosts), socket.gethostname().lower()}

    def is_our_host(name: str) -> bool:
        return name in names or is_loopback(name) or _is_address(name)

    return is_our_host


def _log_answer(scope: Scope, status: int, request_id: str) -> None:
    """What was refused is worth a line wherever it is; what went well only to those who look for it."""
    caller: Caller | None = scope["state"].get("caller")
    token = caller.name if caller else ""
    level = logging.INFO if status >= 400 and scope["path"] != "/ready" else logging.DEBUG
    fields = {"request": request_id, "token": token, "status": status}
    log.log(level, "%s %r: %d [request %s]", scope["method"], scope["path"], status, request_id, extra=fields)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host_of(header: str) -> str:
    """The Host header's name or address, without port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if re.fullmatch(r"[\x21-\x7e]{1,128}", given) else uuid.uuid4().hex


async def _body(headers: Headers, receive: Receive) -> bytes:
    too_large = Refusal(413, "body_too_large", f"a request may have {MAX_BODY_BYTES} bytes at most")
    if (encoding := headers.get("content-encoding", "identity")) != "identity":
        # What is small on the way may be large once it is unpacked.
        raise Refusal(415, "encoded_body", f"bodies are read as they are, not in {encoding!r}", "Content-Encoding")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise too_large
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY_BYTES:
                    raise too_large
    except TimeoutError:
        message_text = f"the request's body did not arrive within {BODY_TIMEOUT_S:g} s"
        raise Refusal(408, "body_timeout", message_text) from None
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body that was read, and after it what the server has to say."""
    is_read = False

    async def replay() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
