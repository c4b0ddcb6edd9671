"""`alphacode eval scores`: what the scores of recorded pools are worth, and how to scale them to probabilities."""

import argparse
import json
from pathlib import Path

from rich.table import Table

from alphacode_server.cli.arguments import Subparsers
from alphacode_server.cli.console import make_console
from alphacode_server.cli.errors import EXIT_OK, UsageError
from alphacode_server.evaluation import PoolError, read_pool
from alphacode_server.evaluation.calibration import Calibration
from alphacode_server.evaluation.scorers import Worth, worths


def add_to(actions: Subparsers) -> None:
    scores = actions.add_parser("scores", help="measure the scorer on a pool that was recorded before")
    scores.set_defaults(run=run_scores)
    scores.add_argument(
        "pool",
        type=Path,
        metavar="PATH",
        help="a recording of `alphacode solve --save-matrix` with verdicts, or a folder of them",
    )
    scores.add_argument("--json", action="store_true", help="print one JSON object instead of the tables")


def run_scores(args: argparse.Namespace) -> int:
    """Ranks and Brier scores, and how often what was claimed came true."""
    try:
        found = worths(read_pool(args.pool))
    except PoolError as error:
        raise UsageError(f"{error}" if str(args.pool) in str(error) else f"{args.pool}: {error}") from error
    if args.json:
        print(json.dumps({"scorers": [_report(worth) for worth in found]}, indent=2))
    else:
        _print(found)
    return EXIT_OK


def _print(found: tuple[Worth, ...]) -> None:
    table = Table(header_style="bold", box=None, pad_edge=False)
    for name in ("scorer", "of"):
        table.add_column(name, no_wrap=True)
    for name in ("n", "right", "AUC", "in one task", "Brier", "calibrated", "base rate"):
        table.add_column(name, justify="right", no_wrap=True)
    for worth in found:
        table.add_row(
            worth.scorer, worth.of, str(worth.n), str(worth.n_right), _number(worth.auc), _number(worth.auc_within),
            *(f"{each.brier:.3f}" if each else "-" for each in (worth.raw, worth.calibrated, worth.base_rate)),
        )  # fmt: skip
    console = make_console()
    console.print(table)
    console.print(
        f"tasks: {max(worth.n_tasks for worth in found)}; calibrated and base rate are fitted to other tasks than they "
        "are measured on",
        style="dim",
    )
    for worth in found:
        for name, calibration in (("as they are", worth.raw), ("calibrated", worth.calibrated)):
            if calibration:
                bins = ", ".join(f"{each.claimed:.2f}: {each.observed:.2f} ({each.n})" for each in calibration.bins)
                console.print(f"{worth.scorer}, {worth.of} {name}, claimed: observed (how many): {bins}", style="dim")
        slope, offset = worth.scaling.slope, worth.scaling.offset
        console.print(f"{worth.scorer}, {worth.of}, all tasks: Platt(slope={slope:.3f}, offset={offset:.3f})")


def _report(worth: Worth) -> dict[str, object]:
    """Rates are shares of 1; what one task alone cannot tell is null."""
    return {
        "scorer": worth.scorer,
        "of": worth.of,
        "tasks": worth.n_tasks,
        "n": worth.n,
        "right": worth.n_right,
        "auc": worth.auc,
        "auc_within": worth.auc_within,
        "raw": _calibration_report(worth.raw),
        "calibrated": _calibration_report(worth.calibrated),
        "base_rate": _calibration_report(worth.base_rate),
        "platt": {"slope": worth.scaling.slope, "offset": worth.scaling.offset},
    }


def _calibration_report(calibration: Calibration | None) -> dict[str, object] | None:
    if calibration is None:
        return None
    bins = [{"n": each.n, "claimed": each.claimed, "observed": each.observed} for each in calibration.bins]
    return {"brier": calibration.brier, "bins": bins}


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
