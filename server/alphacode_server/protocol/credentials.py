"""Tokens of backends: from the environment, or kept in the user's config folder, each for one origin alone."""

import json
import logging
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from alphacode_server.protocol.address import is_loopback, without_password
from alphacode_server.protocol.errors import BackendError

logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "ALPHACODE_TOKEN"  # noqa: S105  The variable's name.
ORIGIN_VARIABLE = "ALPHACODE_TOKEN_ORIGIN"
"""Where it is set, the environment's token is for this origin and no other, as it is when an editor keeps tokens."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Token:
    """A secret, and where it is from, which may be said."""

    text: str = field(repr=False)
    source: str


def token_from(environment: Mapping[str, str], url: str) -> Token | None:
    """The environment's token, else the one that is kept for this origin. Raises BackendError on one of no use."""
    if text := environment.get(TOKEN_VARIABLE):
        origin = environment.get(ORIGIN_VARIABLE)
        if origin is None or origin_of(origin) == origin_of(url):
            return checked(text, TOKEN_VARIABLE)
    store = TokenStore(config_dir_of(environment))
    kept = store.token_for(url)
    return checked(kept, str(store.file)) if kept else None


def checked(text: str, source: str) -> Token:
    """A token fit for a header. Raises BackendError, which does not repeat it."""
    token = text.strip()
    if not re.fullmatch(r"[!-~]+", token):
        what = "is empty" if not token else "has spaces, line breaks or letters beyond ASCII, so it is no token"
        raise BackendError(f"the token of {source} {what}")
    return Token(token, source)


def travels_openly(url: str, token: str | None) -> str | None:
    """A warning where a token can be read on its way."""
    address = urlsplit(url)
    if not token or address.scheme != "http" or is_loopback(address.hostname or ""):
        return None
    return (
        f"the token for {url} travels unencrypted, and so does what it protects. Use https, or a tunnel: "
        f"`ssh -N -L 8420:127.0.0.1:{address.port or 80} {address.hostname}`"
    )


def origin_of(url: str) -> str:
    """`https://GPU-box/some/path` -> `https://gpu-box:443`: what a token is for.

    Raises BackendError on an address that is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):  # Another scheme, no number for a port, or half an IPv6 address.
        shown = without_password(url)
        raise BackendError(f"the backend's address {shown!r} must look like http://127.0.0.1:8420") from None
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def config_dir_of(environment: Mapping[str, str]) -> Path:
    """The user's folder for what they have decided."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "alphacode"


class TokenStore:
    """A file that only its user can read: origins and their tokens."""

    def __init__(self, config_dir: Path) -> None:
        self.file = config_dir / "tokens.json"

    def token_for(self, url: str) -> str | None:
        """Raises BackendError on an address that is none."""
        try:
            tokens = self._read()
        except (OSError, ValueError) as error:
            logger.warning("%s cannot be read (%s); no token is taken from it", self.file, type(error).__name__)
            return None
        return tokens.get(origin_of(url))

    def keep(self, url: str, token: str) -> None:
        """Raises OSError, and BackendError where other tokens could be lost."""
        self._write({**self._to_change(), origin_of(url): token})

    def forget(self, url: str) -> bool:
        """Whether there was one. Raises likewise."""
        tokens = self._to_change()
        if tokens.pop(origin_of(url), None) is None:
            return False
        self._write(tokens)
        return True

    def _to_change(self) -> dict[str, str]:
        try:
            return self._read()
        except ValueError as error:
            raise BackendError(f"{self.file} cannot be read, and is not written over; mend or remove it") from error

    def _read(self) -> dict[str, str]:
        """Raises OSError, and ValueError where it holds no tokens."""
        try:
            text = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        if stat.S_IMODE(self.file.stat().st_mode) & 0o077:
            logger.warning("%s can be read by others; `chmod 600` closes it", self.file)
        match json.loads(text):
            case {"tokens": dict(tokens)}:
                return {origin: token for origin, token in tokens.items() if isinstance(token, str)}
        raise ValueError("it holds no tokens")

    def _write(self, tokens: Mapping[str, str]) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.file.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        # Made with its mode, so that there is no moment in which others could open it.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"tokens": tokens}, file, indent=1)
        fresh.replace(self.file)
