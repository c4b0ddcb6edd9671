"""A client for the configured address, with the user's token, certificates and proxy."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol.credentials import TOKEN_VARIABLE, Token, checked, token_from
from alphacode_server.protocol.errors import BackendError
from alphacode_server.protocol.patience import Patience

if TYPE_CHECKING:
    from alphacode_server.protocol.client import BackendClient

_PATIENCE = Patience(reconnect_s=60.0)
_COMMAND_TIMEOUT_S = 60.0
"""A command may ask its user for a password."""


async def find_token(settings: BackendSettings, environment: Mapping[str, str]) -> Token | None:
    """The environment's, the file's, the command's, or the one kept by `alphacode login`. Raises BackendError."""
    if environment.get(TOKEN_VARIABLE):
        token = token_from(environment, settings.url)
        if token is not None and token.source == TOKEN_VARIABLE:
            return token
    if settings.token_file:
        return _of_file(settings.token_file)
    if settings.token_command:
        return await _of_command(settings.token_command)
    return token_from(environment, settings.url)


def open_client(settings: BackendSettings, token: Token | None, user_agent: str) -> "BackendClient":
    """Raises BackendError on settings that cannot be used."""
    # The HTTP library takes a sixth of the time to start, and an editor starts us with every file.
    from alphacode_server.protocol.client import BackendClient

    return BackendClient(
        settings.url,
        token=token.text if token else None,
        headers=settings.headers,
        user_agent=user_agent,
        connect_timeout_s=settings.connect_timeout_ms / 1000,
        ca_file=Path(settings.ca_file).expanduser() if settings.ca_file else None,
        proxy=settings.proxy or None,
        patience=_PATIENCE,
    )


def child_environment(settings: BackendSettings, token: Token | None, environment: Mapping[str, str]) -> dict[str, str]:
    """For a pipeline of this machine that samples from the configured address: the same key, certificates and proxy."""
    inherited = {name: value for name, value in environment.items() if not name.startswith(TOKEN_VARIABLE)}
    if token is not None:
        inherited["ALPHACODE_API_KEY"] = token.text
    if settings.ca_file:
        inherited["SSL_CERT_FILE"] = str(Path(settings.ca_file).expanduser())
    if settings.proxy:
        inherited |= {
            "HTTP_PROXY": settings.proxy,
            "HTTPS_PROXY": settings.proxy,
            "NO_PROXY": "localhost,127.0.0.1,::1",
        }
    return inherited


def _of_file(name: str) -> Token:
    path = Path(name).expanduser()
    source = f"alphacode.backend.tokenFile ({path})"
    try:
        return checked(path.read_text(encoding="utf-8"), source)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BackendError(f"{source} cannot be read: {reason}") from error


async def _of_command(command: tuple[str, ...]) -> Token:
    source = f"alphacode.backend.tokenCommand ({command[0]})"
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=null, stdout=pipe, stderr=pipe)
    except OSError as error:
        raise BackendError(f"{source} cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(_COMMAND_TIMEOUT_S):
            printed, said = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise BackendError(f"{source} did not end within {_COMMAND_TIMEOUT_S:g} s") from None
    if process.returncode != 0:
        words = said.decode(errors="replace").strip()[-200:]
        raise BackendError(f"{source} ended with exit code {process.returncode}{f': {words}' if words else ''}")
    return checked(printed.decode(errors="replace"), source)
