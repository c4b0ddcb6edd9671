"""Curves of solve rates as a picture: samples on a logarithmic axis, a panel a number of picks."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alphacode_server.evaluation import PASS, Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png", ".pdf")

# Okabe and Ito's colours, which colour-blind people tell apart. Lines often lie on each other: those that come later
# are thinner and broken, so that what is below shows.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_STROKES = ("-", (0, (4, 2)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
_INK, _FAINT = "#333333", "#DDDDDD"
_MAX_SHADED = 4
"""More intervals than this on top of each other say nothing; then the first selector alone has one."""


def draw(curves: Sequence[Curve], n_problems: int, file: Path) -> str | None:
    """What kept it from being drawn, as a sentence; None when it was. Replaces the file."""
    try:
        from matplotlib import rc_context  # An extra, and slow to import.
        from matplotlib.figure import Figure
    except ImportError:
        return "No plot is drawn, as matplotlib is missing: pip install 'alphacode-lsp[eval]'"
    # Text stays text, and the same curves give the same bytes.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "alphacode", "text.color": _INK}):
        figure = Figure(figsize=(9.5, 4.4), layout="constrained")
        _compose(figure, curves, n_problems)
        try:
            figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)
        except OSError as error:
            return f"No plot is drawn: {error}"
    return None


def _compose(figure: "Figure", curves: Sequence[Curve], n_problems: int) -> None:
    names = list(dict.fromkeys(curve.name for curve in curves))
    picks = list(dict.fromkeys(curve.n_picks for curve in curves if curve.n_picks))
    shaded = names[:_MAX_SHADED] if len(names) <= _MAX_SHADED + 1 else names[:1]
    panels = figure.subplots(1, len(picks), sharey=True, squeeze=False)[0]
    for axes, n_picks in zip(panels, picks, strict=True):
        for curve in curves:
            if curve.n_picks in (n_picks, None):
                _add(axes, curve, _style(curve, names), is_shaded=curve.name in shaded)
        _set_axes(axes, list(curves[0].at), _highest(curves))
        axes.set_title(f"{n_picks}@k: {n_picks} {'pick' if n_picks == 1 else 'picks'}", fontsize=11, loc="left")
    panels[0].set_ylabel("problems solved (%)", color=_INK)
    handles, labels = panels[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", frameon=False)
    bands = "bands are" if len(shaded) > 1 else f"the band ({shaded[0]}) is"
    figure.supxlabel(
        f"samples per problem, k (logarithmic)\n{n_problems} problems; {bands} 95 % by a bootstrap over problems",
        fontsize=9,
    )


def _style(curve: Curve, names: Sequence[str]) -> dict[str, Any]:
    if curve.name == PASS:
        return {"color": _INK, "linewidth": 0.9, "label": "pass@k"}
    place = names.index(curve.name)
    return {
        "color": _COLOURS[place % len(_COLOURS)],
        "linestyle": _STROKES[place % len(_STROKES)],
        "linewidth": 3.2 if place == 0 else 1.7,
        "marker": "o",
        "markersize": 5.5 if place == 0 else 3,
        "zorder": 3 + place,
        "label": curve.name,
    }


def _add(axes: "Axes", curve: Curve, style: dict[str, Any], *, is_shaded: bool) -> None:
    axes.plot(list(curve.at), [rate.mean for rate in curve.at.values()], clip_on=False, **style)
    if is_shaded:
        low, high = zip(*(rate.interval for rate in curve.at.values()), strict=True)
        axes.fill_between(list(curve.at), low, high, color=style["color"], alpha=0.1, linewidth=0)


def _set_axes(axes: "Axes", ks: Sequence[int], highest: float) -> None:
    """At most eight ticks, numbers of samples as they are."""
    axes.set_xscale("log", base=2)
    ticks = ks[:: -(1 + (len(ks) - 1) // 8)]
    axes.set_xticks(ticks, [f"{k:,}" for k in ticks])
    axes.minorticks_off()
    axes.set_ylim(0, highest)
    axes.grid(axis="y", color=_FAINT, linewidth=0.6)
    axes.tick_params(colors=_INK, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)


def _highest(curves: Sequence[Curve]) -> float:
    """Where the axis ends: hard problems would fill only the lowest part of all 100."""
    highest = max(rate.interval[1] for curve in curves for rate in curve.at.values())
    return max(10.0, 20 * math.ceil(highest / 20)) if highest > 10 else 10.0
