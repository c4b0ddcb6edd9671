"""`alphacode-lsp`: arguments, logs, and the language server on standard input and output or a TCP port."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from alphacode_lsp import __version__

LOG_LEVELS = ("debug", "info", "warning", "error")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # LSP has a thousand types, all of which stay: to look for garbage among them makes the start a tenth longer.
    gc.disable()
    from alphacode_lsp import logs
    from alphacode_lsp.assembly import create_server
    from alphacode_server.problem.contest import state_dir_of

    logs.configure(options.log_level, options.log_file)
    server = create_server(state_dir_of(os.environ), os.environ)
    gc.freeze()
    gc.enable()
    if options.tcp:
        server.start_tcp(options.host, options.port)
    else:
        server.start_io()
    # The protocol asks for status 1 when the editor leaves without a word.
    return 0 if server.session.shutting_down else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alphacode-lsp",
        description="AlphaCode as a language server, for any editor that speaks LSP.",
        epilog="People solve problems in a terminal with `alphacode solve`.",
    )
    parser.add_argument("--stdio", action="store_true", help="speak on standard input and output (the default)")
    parser.add_argument("--tcp", action="store_true", help="wait for one editor on a TCP port instead")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on with --tcp (%(default)s)")
    parser.add_argument("--port", type=int, default=8421, help="port to listen on with --tcp (%(default)s)")
    parser.add_argument("--log-file", type=Path, help="write the log here instead of to standard error")
    parser.add_argument("--log-level", choices=LOG_LEVELS, default="info", help="how much to log (%(default)s)")
    parser.add_argument("--version", action="version", version=f"alphacode-lsp {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
