"""`alphacode eval`: how many problems the search solves, how many tasks of recorded pools each selector, and how many
statements are read as they should be."""

import argparse
from pathlib import Path

from alphacode_server.cli import eval_parse, eval_run, eval_scores
from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.cli.eval_arguments import NAMES, numbers, selector_names
from alphacode_server.cli.eval_view import comparison_report, print_comparison
from alphacode_server.evaluation import PoolError, compare, read_pool


def add_to(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "eval", help="measure the search on data sets, selectors on recorded pools, and reading"
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    eval_run.add_to(actions)
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
        type=selector_names,
        default=NAMES,
        metavar="NAME,...",
        help=f"default: all, which is {', '.join(NAMES)}",
    )
    pool.add_argument(
        "--k", type=numbers, default=(1, 2, 10), metavar="N,...", help="numbers of picks, default: 1,2,10"
    )
    pool.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    eval_scores.add_to(actions)
    eval_parse.add_to(actions)


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
