"""Bearer tokens: `ac_<id>_<secret>`, of which the id is public and the secret has 256 random bits.

Only its SHA-256 is kept, so that nobody who reads the store can use one.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence

from alphacode_server.service.store import UNBOUNDED, Quotas, TokenRecord

SCOPES = {
    "submit": "start and cancel jobs, judge programs",
    "read": "look at jobs and at what the backend can do",
    "metrics": "read /metrics from elsewhere",
    "admin": "everything, for everybody's jobs",
}
DEFAULT_SCOPES = ("submit", "read")

_TOKEN = re.compile(r"ac_(?P<id>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def issue(
    name: str,
    scopes: Sequence[str] = DEFAULT_SCOPES,
    expires_at: float | None = None,
    quotas: Quotas = UNBOUNDED,
) -> tuple[str, TokenRecord]:
    """A new token, which is shown this once, and what is to be kept of it. Raises ValueError on a bad name or scope."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a token: letters, digits and ._@- are, up to 64 of them")
    if unknown := set(scopes) - SCOPES.keys():
        raise ValueError(f"unknown scope {', '.join(sorted(unknown))}; known: {', '.join(SCOPES)}")
    token_id = secrets.token_hex(4)
    token = f"ac_{token_id}_{secrets.token_urlsafe(32)}"
    ordered = tuple(scope for scope in SCOPES if scope in scopes)
    return token, TokenRecord(token_id, name, _hash(token), ordered, time.time(), expires_at, quotas=quotas)


def id_of(token: str) -> str:
    """The public part; empty for what does not even look like a token."""
    match = _TOKEN.fullmatch(token)
    return match["id"] if match else ""


def fault_of(token: str, record: TokenRecord | None) -> str | None:
    """Why a token is not good, or None when it is."""
    # Compared even where there is nothing to compare with, so that the time tells nothing.
    is_right = hmac.compare_digest(_hash(token), record.hash if record else _hash(""))
    if record is None or not is_right:
        return "this token is not known here"
    if record.revoked_at is not None:
        return f"the token {record.name!r} was revoked"
    if record.expires_at is not None and record.expires_at <= time.time():
        return f"the token {record.name!r} has expired"
    return None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
