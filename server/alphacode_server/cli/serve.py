"""`alphacode serve`: the backend, for editors and for `alphacode solve --backend`."""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from alphacode_sandbox import LANGUAGES
from alphacode_server.cli.arguments import (
    Subparsers,
    add_sampler_arguments,
    add_store_argument,
    positive_int,
    sampler_from,
    store_from,
)
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.protocol.address import is_loopback

if TYPE_CHECKING:
    from alphacode_server.service import Listening


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("serve", help="run the backend that editors connect to")
    parser.set_defaults(run=run)
    parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8420, help="default: %(default)s; 0 takes a free one")
    parser.add_argument("--workers", type=positive_int, metavar="N", help="programs run at a time, default: one a core")
    parser.add_argument(
        "--insecure-no-auth",
        action="store_true",
        help="listen on an address that other machines reach, though everybody there may then run jobs",
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="speak TLS with this certificate, in PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, in PEM and without a password")
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a further name that clients call this machine by"
    )
    add_store_argument(parser)
    add_sampler_arguments(parser)


async def run(args: argparse.Namespace) -> int:
    """Serves until it is interrupted; what it says goes to standard error."""
    try:
        from alphacode_server.service import Listening, ServeError, ServeOptions, serve
    except ImportError as error:
        raise UsageError(f"{error.name} is missing; install it: pip install 'alphacode-lsp[server]'") from error

    def on_listening(listening: Listening) -> None:
        languages = ", ".join(LANGUAGES[language].name for language in listening.languages)
        _say(f"AlphaCode backend on {listening.url}")
        _say(f"  candidates run in the sandbox at level {listening.isolation}, in {languages}")
        _say(f"  in an editor, set alphacode.backend.url to {listening.url}")
        _say(f"  from another machine: ssh -L 8420:{listening.host}:{listening.port} this-machine")
        _say(f"  {_access(listening, is_encrypted=args.tls_cert is not None)}")
        if listening.n_jobs:
            _say(f"  {listening.n_jobs} jobs go on from where they were")
        _say("  loading the model ...")

    options = ServeOptions(
        args.host,
        args.port,
        args.workers,
        args.insecure_no_auth,
        store=store_from(args),
        tls_cert=args.tls_cert,
        tls_key=args.tls_key,
        names=tuple(args.name),
    )
    try:
        await serve(options, partial(sampler_from, args), on_listening, lambda model: _say(f"  ready: {model}"))
    except ServeError as error:
        raise UsageError(str(error)) from error
    return EXIT_OK


def _access(listening: "Listening", *, is_encrypted: bool) -> str:
    """Who may come in, as far as it is not what everybody expects."""
    if not listening.needs_tokens:
        return "open to everybody who reaches this address; `alphacode token new NAME` closes the door"
    if is_encrypted or is_loopback(listening.host):
        return "open to holders of a token"
    return (
        "open to holders of a token, but tokens travel unencrypted: use --tls-cert, an SSH tunnel or a proxy with TLS"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
