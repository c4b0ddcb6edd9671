"""`alphacode print-config`: what to put into an editor's configuration."""

import argparse
import subprocess
import sys

from alphacode_server.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    # Whatever follows is the language server's to read, so here nothing looks like an option.
    parser = commands.add_parser(
        "print-config", help="print what to put into an editor's configuration", add_help=False, prefix_chars="\0"
    )
    parser.set_defaults(run=run)
    parser.add_argument("arguments", nargs="*")


def run(args: argparse.Namespace) -> int:
    """The editors are the language server's to know, and imports never run back to it."""
    return subprocess.run([sys.executable, "-P", "-m", "alphacode_lsp.print_config", *args.arguments]).returncode
