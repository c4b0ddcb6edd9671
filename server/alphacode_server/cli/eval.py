"""`alphacode eval`: how many tasks of recorded pools each selector solves."""

import argparse
from pathlib import Path

from alphacode_server.cli import eval_scores
from alphacode_server.cli.arguments import Subparsers, positive_int
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.cli.eval_view import comparison_report, print_comparison
from alphacode_server.evaluation import ORACLE, PoolError, compare, read_pool
from alphacode_server.selection import SELECTORS

NAMES = (*SELECTORS, ORACLE)


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser("eval", help="measure selectors on recorded pools")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    pool = actions.add_parser("pool", help="replay selectors on a pool that was recorded before")
    pool.set_defaults(run=run_pool)
    pool.add_argument(
        "pool",
        type=Path,
        metavar="PATH",
        help="a recording of `alphacode solve --save-matrix` with verdicts, a folder of them, or CodeT's matrices",
    )
    pool.add_argument(
        "--selector",
        type=_selectors,
        default=NAMES,
        metavar="NAME,...",
        help=f"default: all, which is {', '.join(NAMES)}",
    )
    pool.add_argument(
        "--k", type=_numbers, default=(1, 2, 10), metavar="N,...", help="numbers of picks, default: 1,2,10"
    )
    pool.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    eval_scores.add_to(actions)


def run_pool(args: argparse.Namespace) -> int:
    """A table, with 95 % intervals by a bootstrap over tasks."""
    try:
        tasks = read_pool(args.pool)
    except PoolError as error:
        raise UsageError(str(error)) from error
    comparison = compare(tasks, args.selector, args.k)
    if args.json:
        print(comparison_report(comparison))
    else:
        print_comparison(comparison)
    return EXIT_OK


def _selectors(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if "all" in names:
        return NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no selector {', '.join(map(repr, unknown))}: there are {', '.join(NAMES)}")
    return names


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({positive_int(part) for part in text.split(",")}))
