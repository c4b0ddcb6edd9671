"""What a stress test shows: how far it is, and the first difference."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from alphacode_sandbox import StressOutcome, reason
from alphacode_server.cli.console import make_console, style_of

_N_LINES = 30
"""Of an input or an output that are shown."""


class StressView(AbstractContextManager["StressView"]):
    """A live line on a terminal, nothing where there is none."""

    def __init__(self, rounds: int, quiet: bool) -> None:
        console = make_console(stderr=True, quiet=quiet)
        columns = (TextColumn("comparing"), BarColumn(bar_width=24), TextColumn("{task.completed}/{task.total}"))
        self._progress = Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task("", total=rounds)

    def __enter__(self) -> "StressView":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, outcome: StressOutcome) -> None:
        self._progress.update(self._task, completed=outcome.n_compared + outcome.n_skipped)


def print_stress(outcome: StressOutcome, saved: Path | None) -> None:
    console = make_console()
    skipped = f", {outcome.n_skipped} more took the brute force too long" if outcome.n_skipped else ""
    found = outcome.difference
    if found is None:
        console.print(f"No difference on {outcome.n_compared} inputs{skipped}", style="green")
        return
    verdict, run = found.result.verdict, found.result.run
    why = reason(found.result, found.limits)
    console.print(f"{verdict} with seed {found.seed}: {why}" if why else verdict, style=style_of(verdict), markup=False)
    for title, text in (("Input", found.case.input), ("Expected", found.case.expected or ""), ("Printed", run.stdout)):
        lines = text.splitlines()
        more = f"\n({len(lines) - _N_LINES} more lines)" if len(lines) > _N_LINES else ""
        console.print(title, style="bold")
        console.print("\n".join(lines[:_N_LINES]) + more, markup=False)
    console.print(f"{outcome.n_compared} inputs compared{skipped}", style="dim")
    if saved is not None:
        console.print(f"Saved as {saved}", style="dim", markup=False)
