"""Which requests the listener takes. Any web page can send some to this machine, so most are refused by their head."""

from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.protocol.address import is_loopback

LARGEST_BODY = 1 << 20
"""Bytes. The examples of a problem fit many times."""

_EXTENSIONS = ("chrome-extension://", "moz-extension://", "safari-web-extension://")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status, and a sentence for whoever looks."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body. Names of headers are in lower case."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]

    def values(self, name: str) -> list[str]:
        return [value.strip() for key, value in self.headers if key == name]


def refusal_of(head: Head) -> Refusal | None:
    """None for a request whose body may be read."""
    hosts, lengths = head.values("host"), head.values("content-length")
    if len(hosts) != 1 or not is_loopback(_name(hosts[0])):
        # A page of evil.example whose name was made to point here still calls us evil.example.
        return Refusal(403, "problems are taken under the names of this machine only: localhost, 127.0.0.1, [::1]")
    if any(not origin.startswith(_EXTENSIONS) for origin in head.values("origin")):
        return Refusal(403, "problems are taken from browser extensions and programs, not from web pages")
    if head.target != "/":
        return Refusal(404, "problems are taken at /")
    if head.method != "POST":
        return Refusal(405, "problems are taken by POST")
    if _media_type(head.values("content-type")) != "application/json":
        # What a form or a script of a page can send without asking first is none of this type.
        return Refusal(415, "problems are taken as application/json")
    if any(not length.isdecimal() or int(length) > LARGEST_BODY for length in lengths):
        return TOO_LARGE
    return None


TOO_LARGE = Refusal(413, f"a problem has at most {LARGEST_BODY} bytes")


def _name(host: str) -> str:
    """The name of `name:port` or `[::1]:port`."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _media_type(values: Sequence[str]) -> str:
    return values[0].partition(";")[0].strip().lower() if len(values) == 1 else ""
