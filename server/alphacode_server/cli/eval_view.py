"""A comparison of selectors as a table and as JSON."""

import json
from collections.abc import Mapping

from rich.table import Table

from alphacode_server.cli.console import make_console
from alphacode_server.evaluation import ORACLE, Comparison, Line, Rate


def print_comparison(comparison: Comparison) -> None:
    """Rates with their intervals, by how much the default is ahead at the fewest picks, and its calibration."""
    ks = list(comparison.selectors[0].at)
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column("selector", no_wrap=True)
    for k in ks:
        table.add_column(f"@{k}", justify="right", no_wrap=True)
    table.add_column(f"{comparison.default} ahead @{ks[0]}", justify="right", no_wrap=True)
    table.add_column("from")
    for line in comparison.selectors:
        ahead = "" if line.name == comparison.default else _points(line.default_ahead[ks[0]])
        table.add_row(line.name, *(_percent(line.at[k]) for k in ks), ahead, line.paper)
    console = make_console()
    console.print(table)
    console.print(
        f"{comparison.tasks} tasks; per cent solved in so many picks, with 95 % intervals by a bootstrap over tasks",
        style="dim",
    )
    lines = {line.name: line for line in comparison.selectors}
    if ORACLE in lines:
        gap = max(0.0, -lines[ORACLE].default_ahead[ks[0]].mean)
        console.print(f"{comparison.default} is {gap:.1f} points behind the best cluster at @{ks[0]}", style="dim")
    for line in comparison.selectors:
        if line.calibration:
            bins = ", ".join(f"{each.claimed:.2f}: {each.observed:.2f}" for each in line.calibration.bins)
            console.print(
                f"{line.name} as a forecaster of clusters: Brier score {line.calibration.brier:.3f}; "
                f"claimed and observed: {bins}",
                style="dim",
            )


def comparison_report(comparison: Comparison) -> str:
    """default, tasks, and selectors: name, paper, at, interval and default_ahead by number of picks, calibration.

    Rates are in per cent, and `default_ahead` in points with its own interval.
    """
    return json.dumps(
        {
            "default": comparison.default,
            "tasks": comparison.tasks,
            "selectors": [_line_report(line) for line in comparison.selectors],
        },
        indent=2,
    )


def _line_report(line: Line) -> dict[str, object]:
    report: dict[str, object] = {
        "name": line.name,
        "paper": line.paper,
        "at": {str(k): round(rate.mean, 2) for k, rate in line.at.items()},
        "interval": _intervals(line.at),
        "default_ahead": {str(k): round(rate.mean, 2) for k, rate in line.default_ahead.items()},
        "default_ahead_interval": _intervals(line.default_ahead),
    }
    if line.calibration:
        report["calibration"] = {
            "brier": round(line.calibration.brier, 4),
            "bins": [
                {"n": each.n, "claimed": round(each.claimed, 4), "observed": round(each.observed, 4)}
                for each in line.calibration.bins
            ],
        }
    return report


def _intervals(rates: Mapping[int, Rate]) -> dict[str, list[float]]:
    return {str(k): [round(bound, 2) for bound in rate.interval] for k, rate in rates.items()}


def _percent(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.mean:.1f} [{low:.0f}, {high:.0f}]"


def _points(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.mean:+.1f} [{low:+.1f}, {high:+.1f}]"
