"""Strategies side by side, as a table and as JSON: what each solves, and what that costs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from alphacode_server.cli.console import make_console
from alphacode_server.cli.eval_curves import costs_of, curve_report, label_of, problems_of, rate_text
from alphacode_server.evaluation import Curve, Measurement, Settings
from alphacode_server.protocol.encoding import to_json


@dataclass(frozen=True, slots=True)
class Measured:
    """A strategy's run."""

    settings: Settings
    measured: tuple[Measurement, ...]
    curves: tuple[Curve, ...]
    """At the number of its samples, by its own selector; pass@k comes last."""

    @property
    def n_samples(self) -> int:
        """For each problem."""
        return max(self.curves[0].at)


def print_strategies(runs: Sequence[Measured]) -> None:
    """A line a strategy."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column("strategy", no_wrap=True)
    table.add_column("k", justify="right", no_wrap=True)
    for curve in runs[0].curves:
        table.add_column(label_of(curve), justify="right", no_wrap=True)
    for name in ("tokens", "calls", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        costs = costs_of(run.measured)
        table.add_row(
            run.settings.strategy,
            str(run.n_samples),
            *(rate_text(curve.at[run.n_samples], len(run.measured)) for curve in run.curves),
            *(f"{costs[name]:,.0f}" for name in ("written", "calls", "seconds")),
        )
    console = make_console()
    console.print(table)
    first = runs[0]
    console.print(
        f"{problems_of(len(first.measured))}; per cent solved, with 95 % intervals by a bootstrap over problems; "
        f"tokens, calls and seconds of all stages; model {first.measured[0].model}, seed {first.settings.seed}",
        style="dim",
        markup=False,
    )


def strategies_report(runs: Sequence[Measured], left_out: Mapping[str, str]) -> str:
    """left_out with reasons, and strategies: name, settings, model, problems, curves, costs."""
    return json.dumps(
        {
            "left_out": dict(left_out),
            "strategies": [
                {
                    "name": run.settings.strategy,
                    "settings": to_json(run.settings),
                    "model": run.measured[0].model,
                    "problems": len(run.measured),
                    "curves": [curve_report(curve) for curve in run.curves],
                    "costs": costs_of(run.measured),
                }
                for run in runs
            ],
        },
        indent=2,
        ensure_ascii=False,
    )
