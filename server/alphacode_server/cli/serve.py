"""`alphacode serve`: the backend, for editors and for `alphacode solve --backend`."""

import argparse
import logging
import os
import socket
import sys
from dataclasses import replace
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
from alphacode_server.cli.logs import FORMATS, LEVELS, log_to_stderr
from alphacode_server.cli.settings import Setting, Settings, shown
from alphacode_server.protocol.address import is_loopback, without_password

if TYPE_CHECKING:
    from alphacode_server.service import Listening


log = logging.getLogger(__name__)

PREFIX = "ALPHACODE_SERVE_"
"""Of the variables that stand for options."""
_TUNNEL_PORT = 8420


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "serve",
        help="run the backend that editors connect to",
        epilog="Every option may also be a line of the --config file (max-queued = 8) or a variable of the environment "
        f"({PREFIX}MAX_QUEUED=8). The command line wins over the environment, and that over the file. The key of an "
        "openai server comes from ALPHACODE_API_KEY alone.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8420, help="default: 8420; 0 takes a free one")
    parser.add_argument("--workers", type=positive_int, metavar="N", help="programs run at a time, default: one a core")
    parser.add_argument(
        "--max-running",
        type=positive_int,
        metavar="N",
        help="jobs at a time, which share the engine; default: 1 for the embedded model, 8 for a faster one",
    )
    parser.add_argument("--max-queued", type=positive_int, default=64, metavar="N", help="jobs that wait; default: 64")
    parser.add_argument(
        "--max-samples", type=positive_int, default=100_000, metavar="N", help="of a job at most; default: 100000"
    )
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
    parser.add_argument(
        "--otlp-endpoint", metavar="URL", help="send traces of jobs to this OpenTelemetry collector; default: nowhere"
    )
    add_store_argument(parser)
    add_sampler_arguments(parser)
    parser.add_argument("--log-format", choices=FORMATS, default="text", help="json: an object a line; default: text")
    parser.add_argument(
        "--log-level", choices=LEVELS, default="info", help="info: every job; debug: every request too; default: info"
    )
    settings = Settings(parser, PREFIX)
    parser.set_defaults(run=partial(run, settings))
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings in TOML; default: $ALPHACODE_SERVE_CONFIG"
    )
    parser.add_argument("--check-config", action="store_true", help="show what holds and where it was said, and end")


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Serves until it is interrupted; what it says goes to standard error."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    effective = settings.effective(given, os.environ, given.config or (Path(named) if named else None))
    args = settings.namespace(effective)
    if given.check_config:
        n_running = replace(effective["max-running"], value=_n_running(args))
        found = {"store": _kept_in(args, effective["store"]), "max-running": n_running}
        print("\n".join(shown(effective | found)))
        return EXIT_OK
    try:
        from alphacode_server.service import Caps, JobPolicy, Listening, ServeError, ServeOptions, serve
    except ImportError as error:
        raise UsageError(f"{error.name} is missing; install it: pip install 'alphacode-lsp[server]'") from error
    log_to_stderr(args.log_format, args.log_level)
    say = _log if args.log_format == "json" else _say
    options = ServeOptions(
        args.host,
        args.port,
        args.workers,
        args.insecure_no_auth,
        caps=Caps(max_samples=args.max_samples),
        policy=JobPolicy(max_running=_n_running(args), max_queued=args.max_queued),
        store=store_from(args),
        tls_cert=args.tls_cert,
        tls_key=args.tls_key,
        names=tuple(args.name),
        otlp_endpoint=args.otlp_endpoint,
    )

    def on_listening(listening: Listening) -> None:
        languages = ", ".join(LANGUAGES[language].name for language in listening.languages)
        say(f"AlphaCode backend on {listening.url}")
        say(f"  candidates run in the sandbox at level {listening.isolation}, in {languages}")
        say(f"  jobs and tokens are kept in {'memory' if options.store == 'none' else without_password(options.store)}")
        say(f"  in an editor, set alphacode.backend.url to {listening.url}")
        say(f"  from another machine: {_tunnel(listening)}, and there {_tunnelled(listening)}")
        say(f"  {_access(listening, is_encrypted=args.tls_cert is not None)}")
        if listening.n_jobs:
            say(f"  {listening.n_jobs} jobs go on from where they were")
        say(f"  loading the model of {args.sampler}{f' {args.model}' if args.model else ''} ...")

    try:
        await serve(options, partial(sampler_from, args), on_listening, lambda model: say(f"  ready: {model}"))
    except ServeError as error:
        raise UsageError(str(error)) from error
    return EXIT_OK


def _n_running(args: argparse.Namespace) -> int:
    """The embedded engine has room for one problem's prompts."""
    return args.max_running or (1 if args.sampler == "llama_cpp" else 8)


def _kept_in(args: argparse.Namespace, said: Setting) -> Setting:
    """The store that holds; `alphacode token` reads the same variable."""
    source = "$ALPHACODE_STORE" if os.environ.get("ALPHACODE_STORE") else "default"
    return said if args.store else Setting(store_from(args), source)


def _tunnel(listening: "Listening") -> str:
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    return f"ssh -N -L {_TUNNEL_PORT}:{host}:{listening.port} {socket.gethostname()}"


def _tunnelled(listening: "Listening") -> str:
    return f"{listening.url.partition(':')[0]}://127.0.0.1:{_TUNNEL_PORT}"


def _access(listening: "Listening", *, is_encrypted: bool) -> str:
    """Who may come in, as far as it is not what everybody expects."""
    if not listening.needs_tokens:
        return "open to everybody who reaches this address; `alphacode token new NAME` closes the door"
    if is_encrypted or is_loopback(listening.host):
        return "open to holders of a token"
    return (
        "open to holders of a token, but tokens travel unencrypted: use --tls-cert, an SSH tunnel or a proxy with TLS"
    )


def _log(text: str) -> None:
    log.info("%s", text.strip())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
