"""`alphacode login` and `logout`: the token of a backend, kept for its origin in the user's config folder."""

import argparse
import os
import sys
from dataclasses import dataclass
from getpass import getpass

from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.credentials import (
    TOKEN_VARIABLE,
    TokenStore,
    checked,
    config_dir_of,
    origin_of,
    travels_openly,
)
from alphacode_server.protocol.errors import BackendRefused, NotABackend


@dataclass(frozen=True, slots=True)
class Found:
    """What answers at an address, in words, and the setting that it takes beside the address."""

    text: str
    kind: str = ""


def add_to(commands: Subparsers) -> None:
    login = commands.add_parser("login", help="keep the token of a backend, for editors and for solve --backend")
    login.set_defaults(run=run_login)
    login.add_argument("url", metavar="URL", help="the backend's address; the token is asked for, or read from a pipe")
    logout = commands.add_parser("logout", help="forget the token of a backend")
    logout.set_defaults(run=run_logout)
    logout.add_argument("url", metavar="URL")


async def run_login(args: argparse.Namespace) -> int:
    """Ask for a token only where one is needed, and keep only one that is accepted."""
    store = TokenStore(config_dir_of(os.environ))
    try:
        found = await _look(args.url, None)
    except BackendRefused as refusal:
        if refusal.status != 401:
            raise
    else:
        print(f"{args.url}: {found.text}. No token is needed.")
        return EXIT_OK
    token = checked(_asked(args.url), "standard input").text
    if warning := travels_openly(args.url, token):
        print(f"alphacode: {warning}", file=sys.stderr)
    found = await _look(args.url, token)
    try:
        store.keep(args.url, token)
    except OSError as error:
        raise UsageError(f"the token cannot be kept in {store.file}: {error.strerror}") from error
    print(f"{args.url}: {found.text}. The token is kept for {origin_of(args.url)} in {store.file}.")
    print(f"In an editor, set alphacode.backend.url to {args.url}{found.kind}.")
    if os.environ.get(TOKEN_VARIABLE):
        print(f"alphacode: {TOKEN_VARIABLE} is set, and comes before it", file=sys.stderr)
    return EXIT_OK


def run_logout(args: argparse.Namespace) -> int:
    store = TokenStore(config_dir_of(os.environ))
    try:
        is_forgotten = store.forget(args.url)
    except OSError as error:
        raise UsageError(f"the token cannot be removed from {store.file}: {error.strerror}") from error
    if not is_forgotten:
        raise UsageError(f"no token is kept for {origin_of(args.url)} in {store.file}")
    print(f"The token for {origin_of(args.url)} is forgotten.")
    return EXIT_OK


async def _look(url: str, token: str | None) -> Found:
    """Raises BackendError."""
    async with BackendClient(url, token=token) as client:
        try:
            await client.ready()
        except NotABackend:
            if not (models := await client.models()):
                raise
            kind = " and alphacode.backend.kind to `openai`"
            return Found(f"no AlphaCode backend, but it serves {', '.join(models[:3])} by OpenAI's protocol", kind)
        info = await client.info()
        return Found(f"an AlphaCode backend {info.version} with {info.model}")


def _asked(url: str) -> str:
    if sys.stdin.isatty():
        return getpass(f"Token for {url}: ")
    return sys.stdin.readline()
