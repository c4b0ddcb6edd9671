"""How a client stands with its backend, and the way out where it does not stand well."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from alphacode_server.protocol.address import is_loopback
from alphacode_server.protocol.errors import (
    BackendError,
    BackendIncompatible,
    BackendLoading,
    BackendRefused,
    BackendUnavailable,
    JobLost,
    NotABackend,
)


class BackendState(StrEnum):
    """unconfigured -> connecting -> ready <-> busy, and from everywhere to the last three, which a new try leaves."""

    UNCONFIGURED = "unconfigured"  # no address
    CONNECTING = "connecting"  # asked, or its model is loading
    READY = "ready"
    BUSY = "busy"  # a job of ours is there
    UNAUTHORIZED = "unauthorized"
    INCOMPATIBLE = "incompatible"  # another protocol, or no AlphaCode backend at all
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Situation:
    """A state with its reason in words, and what the user can do about it; empty where there is nothing to do."""

    state: BackendState
    message: str
    remedy: str = ""


def situation_of(error: BackendError, url: str) -> Situation:
    return Situation(state_of(error), str(error), remedy_of(error, url))


def state_of(error: BackendError) -> BackendState:
    """What an error says about the backend, which may be well although it refuses something."""
    match error:
        case BackendRefused(status=401 | 403):
            return BackendState.UNAUTHORIZED
        case BackendLoading():
            return BackendState.CONNECTING
        case BackendRefused(status=status) if status >= 500:
            return BackendState.DOWN
        case BackendRefused() | JobLost():
            return BackendState.READY
        case BackendIncompatible() | NotABackend():
            return BackendState.INCOMPATIBLE
        case BackendUnavailable():
            return BackendState.DOWN
        case _:  # The settings cannot be used.
            return BackendState.UNCONFIGURED


def remedy_of(error: BackendError, url: str) -> str:
    """What its user can do, as a sentence; empty where the error says it, or nobody knows."""
    host = urlsplit(url).hostname or ""
    match error:
        case BackendRefused(status=401):
            return f"Run `alphacode login {url}` in a terminal."
        case BackendRefused(status=403, body=body) if body.code == "foreign_host":
            return f"Start it with `alphacode serve --name {host}`, or use a name that it answers to."
        case BackendRefused(status=403):
            return "Ask whoever runs the backend for a token that may do this."
        case JobLost():
            return "Solve again."
        case NotABackend():
            return "Set alphacode.backend.url to the address that `alphacode serve` prints."
        case BackendUnavailable() if is_loopback(host):
            port = urlsplit(url).port or 80
            return (
                "Run `alphacode serve` on this machine; for one of another machine, make a tunnel: "
                f"`ssh -N -L {port}:127.0.0.1:{port} HOST`."
            )
        case BackendUnavailable():
            return f"Check that {host} is the right name, that this machine reaches it, and that the backend runs."
        case _:
            return ""
