"""`alphacode receive`: wait for one problem, or one contest, from the browser extension Competitive Companion."""

import argparse
import json
import os
import sys
from contextlib import aclosing
from pathlib import Path

from alphacode_sandbox import LANGUAGES, language_of
from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.companion import (
    AUTO_PORTS,
    Delivery,
    Imported,
    ImportFailed,
    SourceTemplate,
    State,
    deliveries,
    import_problems,
)
from alphacode_server.problem.contest import state_dir_of


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("receive", help="import a problem, or a contest, from Competitive Companion")
    parser.set_defaults(run=run)
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(), metavar="DIR", help="where its files go; default: this folder"
    )
    parser.add_argument("--language", choices=LANGUAGES, help="of the new program; default: the template's, else cpp")
    parser.add_argument("--template", type=Path, metavar="FILE", help="what the new program starts from")
    parser.add_argument(
        "--port", type=_port, metavar="N", help=f"default: the first free one of {', '.join(map(str, AUTO_PORTS))}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


async def run(args: argparse.Namespace) -> int:
    """Exit code 0 once the files are there."""
    template = _template(args.template, args.language)
    delivery = await _next_delivery((args.port,) if args.port else AUTO_PORTS)
    try:
        problems = import_problems(delivery, args.folder, template)
    except ImportFailed as error:
        raise UsageError(str(error)) from error
    if args.json:
        print(json.dumps({"problems": [_as_object(one) for one in problems]}, indent=2, ensure_ascii=False))
    else:
        for one in problems:
            print("\n".join([one.name, *(f"  {file}" for file in one.written or ["  has all its files already"])]))
        print(f"Paste the statement into {problems[0].statement}, which holds the examples and the limits.")
    return EXIT_OK


async def _next_delivery(ports: tuple[int, ...]) -> Delivery:
    def tell(state: State) -> None:
        print(f"{state.words[0].upper()}{state.words[1:]}.", file=sys.stderr)

    print("Press the button of Competitive Companion on a problem's page.", file=sys.stderr)
    try:
        async with aclosing(deliveries(state_dir_of(os.environ), ports, tell)) as arriving:
            return await anext(arriving)
    except OSError as error:
        raise UsageError(f"the user's state folder cannot be used: {error}") from error


def _template(file: Path | None, language: str | None) -> SourceTemplate:
    if file is None:
        return SourceTemplate(language or "cpp")
    if language is None:
        known = language_of(file)
        if known is None:
            raise UsageError(f"{file}: unknown language; name it with --language")
        language = known.id
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
    return SourceTemplate(language, text)


def _as_object(one: Imported) -> dict[str, object]:
    return {
        "name": one.name,
        "source": str(one.source),
        "statement": str(one.statement),
        "written": [str(file) for file in one.written],
    }


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"must be from 1 to 65535, not {port}")
    return port
