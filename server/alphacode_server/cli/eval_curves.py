"""Curves of solve rates as a table and as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from alphacode_server.cli.console import make_console
from alphacode_server.evaluation import PASS, Curve, Measurement, Rate, Settings
from alphacode_server.protocol.encoding import to_json

MAX_COLUMNS = 4
"""As many as a terminal of 80 columns has room for."""


def print_curves(
    curves: Sequence[Curve], measured: Sequence[Measurement], settings: Settings, *, ks: Sequence[int] | None
) -> None:
    """Rates with their intervals at `ks`, or at a few of the numbers of samples, and what they cost."""
    columns = ks or _some(list(curves[0].at))
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column("selector", no_wrap=True)
    table.add_column("samples k", no_wrap=True)
    for k in columns:
        table.add_column(str(k), justify="right", no_wrap=True)
    for place, curve in enumerate(curves):
        is_first = place == 0 or curves[place - 1].name != curve.name
        name = {PASS: curve.paper}.get(curve.name, curve.name) if is_first else ""
        table.add_row(name, label_of(curve), *(rate_text(curve.at[k], len(measured)) for k in columns))
    console = make_console()
    console.print(table)
    console.print(
        f"{problems_of(len(measured))}; per cent solved by so many picks out of k samples, with 95 % intervals by a "
        "bootstrap over problems",
        style="dim",
    )
    few = [one for one in measured if one.samples < max(curves[0].at)]
    if few:
        console.print(f"{problems_of(len(few))} had fewer samples, and count with those they had", style="dim")
    costs = costs_of(measured)
    console.print(
        f"{costs['samples']:,} samples, {costs['tokens']:,} tokens, {costs['seconds']:,.0f} s on the wall, "
        f"{costs['cpu_s']:,.0f} s of processors; model {measured[0].model}, seed {settings.seed}",
        style="dim",
        markup=False,
    )


def curves_report(
    curves: Sequence[Curve],
    measured: Sequence[Measurement],
    settings: Settings,
    left_out: Mapping[str, str],
    plot: Path | None,
) -> str:
    """model, settings, problems, left_out with reasons, curves, costs, plot.

    Of a curve: name, paper, picks (null for pass@k), at and interval by number of samples.
    """
    return json.dumps(
        {
            "model": measured[0].model,
            "settings": to_json(settings),
            "problems": len(measured),
            "left_out": dict(left_out),
            "curves": [curve_report(curve) for curve in curves],
            "costs": costs_of(measured),
            "plot": str(plot) if plot else None,
        },
        indent=2,
        ensure_ascii=False,
    )


def label_of(curve: Curve) -> str:
    """In the words of AlphaCode's paper."""
    return "pass@k" if curve.n_picks is None else f"{curve.n_picks}@k"


def curve_report(curve: Curve) -> dict[str, object]:
    return {
        "name": curve.name,
        "paper": curve.paper,
        "picks": curve.n_picks,
        "at": {str(k): round(rate.mean, 2) for k, rate in curve.at.items()},
        "interval": {str(k): [round(bound, 2) for bound in rate.interval] for k, rate in curve.at.items()},
    }


def costs_of(measured: Sequence[Measurement]) -> dict[str, float]:
    """Of all problems together; tokens are those of the samples, and written those of all stages."""
    return {
        "samples": sum(one.samples for one in measured),
        "tokens": sum(one.tokens for one in measured),
        "written": sum(one.cost.tokens for one in measured if one.cost),
        "calls": sum(one.cost.calls for one in measured if one.cost),
        "seconds": round(sum(one.seconds["total"] for one in measured), 1),
        "cpu_s": round(sum(sum(one.cpu_s.values()) for one in measured), 1),
    }


def _some(ks: list[int]) -> list[int]:
    """The largest, and every second one below it."""
    return ks[::-2][:MAX_COLUMNS][::-1]


def rate_text(rate: Rate, n_problems: int) -> str:
    """One problem has no interval."""
    low, high = rate.interval
    return f"{rate.mean:.1f} [{low:.0f}, {high:.0f}]" if n_problems > 1 else f"{rate.mean:.1f}"


def problems_of(n: int) -> str:
    return f"{n} problem" if n == 1 else f"{n} problems"
