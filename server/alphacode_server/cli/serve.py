"""`alphacode serve`: the backend, for editors and for `alphacode solve --backend`."""

import argparse
import os
import sys
from functools import partial

from alphacode_sandbox import LANGUAGES
from alphacode_server.cli.arguments import Subparsers, add_sampler_arguments, positive_int, sampler_from
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.problem.contest import state_dir_of


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
    parser.add_argument(
        "--store",
        metavar="FILE|URL|none",
        help="where jobs are kept: a SQLite file, postgresql://user@host/name, or none for memory, where they end with "
        "the backend; default: $ALPHACODE_STORE, or backend.db in the user's state folder",
    )
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
        _say("  loading the model ...")

    options = ServeOptions(args.host, args.port, args.workers, args.insecure_no_auth, store=store_of(args))
    try:
        await serve(options, partial(sampler_from, args), on_listening, lambda model: _say(f"  ready: {model}"))
    except ServeError as error:
        raise UsageError(str(error)) from error
    return EXIT_OK


def store_of(args: argparse.Namespace) -> str:
    """Where jobs are kept. A database's password belongs into the environment, not onto the command line."""
    return args.store or os.environ.get("ALPHACODE_STORE") or str(state_dir_of(os.environ) / "backend.db")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
