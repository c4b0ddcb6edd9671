"""Progress of `alphacode eval run`, on standard error: a line a problem, and on a terminal what is being done."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType

from rich.progress import Progress, TextColumn, TimeElapsedColumn

from alphacode_sandbox import Verdict
from alphacode_server.cli.console import PHASES, make_console
from alphacode_server.evaluation import HIDDEN_TESTS, Measurement
from alphacode_server.protocol import JobCompleted, PhaseProgress, SolveEvent


class RunView(AbstractContextManager["RunView"]):
    """Of one run; quiet where a program reads what is printed."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = make_console(stderr=True, quiet=quiet)
        self._progress = Progress(
            TextColumn("{task.description}"),
            TextColumn("{task.fields[doing]}", style="dim"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._task = self._progress.add_task("", doing="", visible=False)
        self._n_problems = self._n_measured = 0

    def __enter__(self) -> "RunView":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, n_problems: int, n_left: int, left_out: Mapping[str, str]) -> None:
        """Say what there is to be done."""
        self._n_problems, self._n_measured = n_problems, n_problems - n_left
        for name, why in left_out.items():
            self.left_out(name, why)
        if self._n_measured:
            self.status(f"{self._n_measured} of {n_problems} problems are measured already")

    def left_out(self, name: str, why: str) -> None:
        """A problem that does not count."""
        self._console.print(f"! {name} is left out: {why}", style="yellow", markup=False)

    def status(self, text: str) -> None:
        """Say what is being waited for."""
        self._console.print(text, style="dim", markup=False)

    def problem(self, name: str) -> None:
        """The next one begins."""
        self._progress.reset(self._task, description=name, doing="", visible=True)

    def show(self, event: SolveEvent) -> None:
        """How far the search of the present problem is."""
        match event:
            case PhaseProgress(name=name, done=done, total=total):
                self._progress.update(self._task, doing=f"{PHASES.get(name, name)} {done}/{total}")
            case JobCompleted():
                self._progress.update(self._task, doing=HIDDEN_TESTS.replace("_", " "))

    def measured(self, one: Measurement) -> None:
        """Its line."""
        self._n_measured += 1
        self._progress.update(self._task, visible=False)
        width = len(str(self._n_problems))
        passing, right = one.counts["passing"], one.counts["right"]
        found = f"{passing} pass the examples, {right} right; {_rank(one)}" if passing else "none passes the examples"
        self._console.print(
            f"{self._n_measured:>{width}}/{self._n_problems}  {one.problem:<36}  {one.samples} samples, {found}  "
            f"[{one.seconds['total']:.0f} s]",
            style="" if right else "dim",
            markup=False,
            soft_wrap=True,
        )
        for warning in one.warnings if passing else ():
            self._console.print(f"! {warning}", style="yellow", markup=False)


def _rank(one: Measurement) -> str:
    """Where the first right program stands in the answer a user would have got."""
    return f"solved at rank {one.picks.index(Verdict.AC) + 1}" if Verdict.AC in one.picks else "not solved"
