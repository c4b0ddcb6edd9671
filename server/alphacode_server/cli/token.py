"""`alphacode token`: who may use a backend that others can reach."""

import argparse
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table

from alphacode_server.cli.arguments import Subparsers, add_store_argument, positive_int, store_from
from alphacode_server.cli.console import make_console
from alphacode_server.cli.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from alphacode_server.service.store import Quotas, Store, TokenRecord

_SCOPES = ("submit", "read", "metrics", "admin")
_UNITS = {"m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("token", help="make, list and revoke the tokens of a backend")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("new", help="make a token and print it, this once")
    new.set_defaults(run=run_new)
    new.add_argument("name", metavar="NAME", help="whose it is, or what for")
    new.add_argument("--expires", type=_duration, metavar="30d", help="m, h, d or w from now; default: never")
    new.add_argument(
        "--scope", action="append", choices=_SCOPES, help="what it allows; may be repeated; default: submit and read"
    )
    new.add_argument("--max-jobs", type=positive_int, metavar="N", help="queued and running at a time")
    new.add_argument("--max-samples-per-day", type=positive_int, metavar="N", help="days are those of UTC")
    new.add_argument("--max-sandbox-seconds-per-day", type=positive_int, metavar="N", help="CPU time of all programs")
    new.add_argument(
        "--weight", type=positive_int, default=1, metavar="N", help="share of a busy engine beside others'; default: 1"
    )
    listing = actions.add_parser("list", help="all tokens, but not their secrets")
    listing.set_defaults(run=run_list)
    revoke = actions.add_parser("revoke", help="make a token worthless, from the next request on")
    revoke.set_defaults(run=run_revoke)
    revoke.add_argument("name", metavar="NAME")
    for action in (new, listing, revoke):
        add_store_argument(action)


async def run_new(args: argparse.Namespace) -> int:
    """The token alone on standard output, for scripts; it is nowhere else."""
    async with _store(args) as store:
        from alphacode_server.service.store import Quotas
        from alphacode_server.service.tokens import DEFAULT_SCOPES, issue

        quotas = Quotas(args.max_jobs, args.max_samples_per_day, args.max_sandbox_seconds_per_day, args.weight)
        expires_at = time.time() + args.expires if args.expires else None
        try:
            token, record = issue(args.name, args.scope or DEFAULT_SCOPES, expires_at, quotas)
        except ValueError as error:
            raise UsageError(str(error)) from error
        await store.add_token(record)
    print(token)
    print(
        "It is shown this once. Whoever uses it says it to `alphacode login URL`, or sets ALPHACODE_TOKEN.",
        file=sys.stderr,
    )
    return EXIT_OK


async def run_list(args: argparse.Namespace) -> int:
    """Newest last."""
    async with _store(args) as store:
        tokens = await store.tokens()
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("name", "id", "state", "scopes", "made", "expires", "quotas"):
        table.add_column(column)
    for token in tokens:
        expires = _date(token.expires_at) if token.expires_at else "never"
        table.add_row(
            token.name, token.id, _state(token), " ".join(token.scopes), _date(token.created_at), expires,
            _quotas(token.quotas),
        )  # fmt: skip
    make_console().print(table if tokens else "There are no tokens: whoever reaches the backend may use it.")
    return EXIT_OK


async def run_revoke(args: argparse.Namespace) -> int:
    """Fails when there is nothing to revoke."""
    async with _store(args) as store:
        if not await store.revoke_token(args.name, time.time()):
            raise UsageError(f"there is no token {args.name!r} that could be revoked; see `alphacode token list`")
    print(f"{args.name} is revoked", file=sys.stderr)
    return EXIT_OK


@asynccontextmanager
async def _store(args: argparse.Namespace) -> AsyncIterator["Store"]:
    """The store, beside a backend that may be running on it."""
    try:
        from alphacode_server.service.store import StoreError, open_store
    except ImportError as error:
        raise UsageError(f"{error.name} is missing; install it: pip install 'alphacode-lsp[server]'") from error
    if (spec := store_from(args)) == "none":
        raise UsageError("tokens are kept in a store; pass --store FILE, and the same to `alphacode serve`")
    try:
        store = await open_store(spec, alone=False)
        try:
            yield store
        finally:
            await store.aclose()
    except StoreError as error:
        raise UsageError(str(error)) from error


def _duration(text: str) -> int:
    """Seconds."""
    if not (match := re.fullmatch(r"([1-9][0-9]{0,5})([mhdw])", text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 12h, 30d or 8w")
    return int(match[1]) * _UNITS[match[2]]


def _state(token: "TokenRecord") -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= time.time() else "good"


def _date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def _quotas(quotas: "Quotas") -> str:
    bounds = (
        (quotas.max_jobs, "jobs"),
        (quotas.max_samples_per_day, "samples a day"),
        (quotas.max_sandbox_s_per_day, "sandbox seconds a day"),
    )
    said = [f"{bound} {what}" for bound, what in bounds if bound is not None]
    return ", ".join([*said, *([f"weight {quotas.weight}"] if quotas.weight != 1 else [])]) or "none"
