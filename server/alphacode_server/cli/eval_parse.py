"""`alphacode eval parse`: how many real statements are read as they should be."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.console import make_console
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.evaluation.parsing import Score, find_sets, score


def add_to(actions: Subparsers) -> None:
    parser = actions.add_parser(
        "parse", help="read statements whose examples are known, and say which are read wrongly"
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="Competitive Companion's fixtures, saved pages and problem folders with their samples, CodeContests rows "
        "and LiveCodeBench questions, wherever they are below it",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")


def run(args: argparse.Namespace) -> int:
    """The scores, then every statement that was read wrongly."""
    if not args.folder.is_dir():
        raise UsageError(f"{args.folder}: no such folder; name one with statements whose examples are known")
    scores = [score(known) for known in find_sets(args.folder)]
    if not scores:
        raise UsageError(
            f"{args.folder}: no statements here whose examples are known; `--help` says what is looked for"
        )
    if args.json:
        print(_report(scores))
    else:
        _print(scores)
    return EXIT_OK


def _report(scores: Sequence[Score]) -> str:
    sets = [
        {
            "kind": each.kind,
            "n": each.n,
            "right": each.right,
            "failures": [{"name": failure.name, "reason": failure.reason} for failure in each.failures],
        }
        for each in scores
    ]
    return json.dumps({"sets": sets}, indent=2, ensure_ascii=False)


def _print(scores: Sequence[Score]) -> None:
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column("statements", no_wrap=True)
    for name in ("right", "of", "per cent"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in scores:
        table.add_row(each.kind, str(each.right), str(each.n), f"{100 * each.right / each.n:.1f}")
    console = make_console()
    console.print(table)
    for each in scores:
        for failure in each.failures:
            console.print(
                f"{each.kind}: {failure.name}: {failure.reason}", markup=False, highlight=False, soft_wrap=True
            )
