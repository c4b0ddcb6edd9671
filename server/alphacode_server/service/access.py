"""Who may do what: a request's token, and what it allows.

Where there are no tokens, everybody who reaches the backend may do everything; the first token closes the door.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import Scope

from alphacode_server.protocol.address import is_loopback
from alphacode_server.service.errors import Refusal
from alphacode_server.service.store import UNBOUNDED, Quotas, Store
from alphacode_server.service.tokens import SCOPES, fault_of, id_of

_OPEN_PATHS = ("/health", "/ready")
"""For those who only look whether the process lives. Everything else, known or not, takes a token."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


_SCHEME = HTTPBearer(auto_error=False, description="A token of `alphacode token new`, where the backend has any.")
"""Says in the OpenAPI document what `Access` checks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request."""

    owner: str
    """The id of the token; empty where none was needed. Jobs belong to it."""
    scopes: tuple[str, ...]
    quotas: Quotas = UNBOUNDED
    name: str = ""
    """Of the token, for the log."""

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes

    def may_see(self, owner: str) -> bool:
        """Whether a job of this owner exists, as far as this caller is concerned."""
        return owner == self.owner or "admin" in self.scopes


ANYBODY = Caller("", tuple(SCOPES))
"""Where there are no tokens."""
_NOBODY = Caller("", ())


class Access:
    """Finds out who a caller is. A token that is made or revoked counts from the next request on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._needs_tokens = False

    async def caller(self, scope: Scope) -> Caller:
        """Raises Refusal (401) for a request that needs a token and has no good one. Raises StoreError."""
        path = scope["path"]
        if path in _OPEN_PATHS:
            return _NOBODY
        if not self._needs_tokens:
            self._needs_tokens = await self._store.has_tokens()
        if not self._needs_tokens:
            return ANYBODY
        headers = Headers(scope=scope)
        given = headers.getlist("authorization")
        if not given and path == "/metrics" and _is_local(scope, headers):
            return Caller("", ("metrics",))
        if len(given) != 1:
            why = "send a token: Authorization: Bearer ..." if not given else "more than one Authorization header"
            raise Refusal(401, "unauthorized", why, "Authorization")
        kind, _, token = given[0].partition(" ")
        if kind.lower() != "bearer":
            raise Refusal(401, "unauthorized", "send a token: Authorization: Bearer ...", "Authorization")
        record = await self._store.token(id_of(token.strip()))
        if fault := fault_of(token.strip(), record):
            raise Refusal(401, "invalid_token", fault, "Authorization")
        assert record
        return Caller(record.id, record.scopes, record.quotas, record.name)


def _is_local(scope: Scope, headers: Headers) -> bool:
    """Whether a request comes from this machine. Those that a proxy on it passes on do not."""
    client = scope.get("client")
    return client is not None and is_loopback(client[0]) and not any(name in headers for name in _FORWARDED)


def allowed(needed: str) -> Callable[..., Awaitable[Caller]]:
    """A dependency of a route: the caller, if its scopes allow the route. Raises Refusal (403) if not."""

    async def check(request: Request, _: Annotated[object, Depends(_SCHEME)]) -> Caller:
        caller: Caller = request.state.caller
        if not caller.may(needed):
            raise Refusal(
                403, "insufficient_scope", f"this token may not {SCOPES[needed]}; it lacks the scope {needed}"
            )
        return caller

    return check


Submitter = Annotated[Caller, Depends(allowed("submit"))]
Reader = Annotated[Caller, Depends(allowed("read"))]
MetricsReader = Annotated[Caller, Depends(allowed("metrics"))]
