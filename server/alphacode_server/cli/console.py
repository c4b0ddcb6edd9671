"""Everything the commands draw. Rich on a terminal, plain text when piped."""

import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import cast

from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from alphacode_sandbox import LANGUAGES, CaseResult, Judgement, Verdict, reason
from alphacode_server.cli.check import Check
from alphacode_server.problem import Problem
from alphacode_server.protocol import Counts, JobEvent, JobWarning, PhaseProgress, RankedCandidate, SolveResult
from alphacode_server.protocol.outlook import sentences

PHASES = {
    "sample": "sampling",
    "generate_inputs": "writing inputs",
    "cluster": "clustering",
    "score": "scoring",
    "duel": "judging pairs",
    "self_reflection": "reflecting",
    "possible_solutions": "finding ideas",
    "choose_best_solution": "choosing",
    "generate_ai_tests": "writing tests",
    "initial_code_generation": "writing code",
    "public_tests": "mending",
    "weigh_ai_tests": "weighing tests",
    "ai_tests": "mending more",
}
STYLES = {Verdict.AC: "green", Verdict.RUN: "cyan", Verdict.WA: "red"}
N_FIRST_LINES = 3
PIPED_WIDTH = 120
WIDE = 104
"""Columns from which there is room for a progress bar."""


class SolveView(AbstractContextManager["SolveView"]):
    """Progress of one search on standard error: a live line on a terminal, a line a phase where there is none."""

    def __init__(self, title: str, quiet: bool) -> None:
        self._console = make_console(stderr=True, quiet=quiet)
        self._title = title
        bar = (BarColumn(bar_width=24),) if self._console.width >= WIDE else ()
        self._progress = Progress(
            TextColumn("{task.description:<14}"),
            *bar,
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[counts]}", style="dim"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        """A line a phase; a search in rounds comes back to it."""
        self._phase: PhaseProgress | None = None

    def __enter__(self) -> "SolveView":
        self._console.print(f"Solving [bold]{escape(self._title)}[/bold]")
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_phase()
        self._progress.stop()

    def status(self, text: str) -> None:
        """Say what is being waited for before the first event."""
        self._console.print(text, style="dim", markup=False)

    def show(self, event: JobEvent) -> None:
        """Draw an event; those that need no drawing are passed over."""
        match event:
            case PhaseProgress():
                self._show_phase(event)
            case JobWarning(message=message):
                self._console.print(f"! {message}", style="yellow", markup=False)

    def _show_phase(self, event: PhaseProgress) -> None:
        if self._phase is None or event.name != self._phase.name:
            self._end_phase()
            self._begin_phase(event)
        self._phase = event
        self._progress.update(
            self._tasks[event.name], completed=event.done, total=event.total, counts=_progress_of(event.counts)
        )

    def _begin_phase(self, event: PhaseProgress) -> None:
        for task in self._progress.tasks:
            if task.id == self._tasks.get(event.name):
                task.stop_time = None  # Its clock goes on from when it first began.
                return
        name = PHASES.get(event.name, event.name)
        self._tasks[event.name] = self._progress.add_task(name, total=event.total, counts="")

    def _end_phase(self) -> None:
        """Where there is no terminal a phase is one line, printed when it is over."""
        if self._phase is None:
            return
        if self._console.is_terminal:
            self._progress.stop_task(self._tasks[self._phase.name])
        else:
            phase = self._phase
            name = PHASES.get(phase.name, phase.name)
            self._console.print(f"{name:<14} {phase.done}/{phase.total}  {_progress_of(phase.counts)}")


def make_console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """As wide as the terminal, and wide enough for a table where there is none."""
    console = Console(stderr=stderr, quiet=quiet, highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def style_of(verdict: Verdict) -> str:
    """The colour of a verdict."""
    return STYLES.get(verdict, "yellow")


def print_solution(result: SolveResult, check: Check, files: Sequence[Path]) -> None:
    """The ranked table, what led to it, and where the best program was written."""
    console = make_console()
    if result.candidates:
        console.print(_candidates_table(result.candidates, check))
    else:
        console.print("No candidate compiled; try more samples or another language.", style="red")
    thoughts = result.candidates[0].thoughts if result.candidates else None
    if thoughts and thoughts.solution:
        reason = " ".join(f"{thoughts.solution}: {thoughts.reason}".split())
        console.print(f"The first is by the idea {reason}", markup=False)
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in result.timings.items())
    console.print(f"{_counts(result.counts)}. {seconds}.", style="dim")
    for sentence in sentences(result.outlook, result.counts) if result.outlook else ():
        console.print(f"{sentence}.", style="dim")
    cost = f", {result.cost.calls:,} calls, {result.cost.tokens:,} tokens" if result.cost else ""
    console.print(f"model {escape(result.model)}{cost}, seed {result.seed}, sandbox {result.isolation}", style="dim")
    if check.verdicts:
        right = [str(rank) for rank, verdict in check.verdicts.items() if verdict is Verdict.AC]
        found = f"right: rank {', '.join(right)}" if right else "none of the ranks is right"
        console.print(f"On {check.n_tests} hidden tests, which the search never saw, {found}.")
    if files:
        console.print(f"The best candidate is in [bold]{escape(str(files[0]))}[/bold]", soft_wrap=True)


def print_judgement(
    judgement: Judgement, problem: Problem, language: str, isolation: str, names: Sequence[str] = ()
) -> None:
    """A line an example, and what differs where one fails. `names` say where each was read, if that is known."""
    console = make_console()
    if judgement.verdict is Verdict.CE:
        console.print("[red]CE[/red]  the program does not compile")
        console.print(judgement.compile_output.rstrip(), markup=False)
        return
    limits = replace(problem.limits, time_s=judgement.time_limit_s or problem.limits.time_s)
    for case in judgement.cases:
        console.print(
            f"[{style_of(case.verdict)}]{case.verdict:<3}[/]  {escape(_name(case.index, names))}  "
            f"{case.run.cpu_s * 1000:6.0f} ms  {case.run.memory_kb / 1024:6.1f} MB  {escape(reason(case, limits))}"
        )
        if case.verdict not in (Verdict.AC, Verdict.RUN):
            _print_failure(console, case, problem)
    console.print(
        f"[{style_of(judgement.verdict)}]{judgement.verdict}[/]  "
        f"{judgement.passed} of {len(problem.examples)} examples, {LANGUAGES[language].name}, "
        f"limit {judgement.time_limit_s:.3g} s, sandbox {isolation}"
    )


def _name(index: int, names: Sequence[str]) -> str:
    return names[index].rpartition(", ")[2] if names else f"example {index + 1}"


def _print_failure(console: Console, case: CaseResult, problem: Problem) -> None:
    """Expected and actual output side by side, and what the program wrote to standard error."""
    table = Table(show_edge=False, pad_edge=False, header_style="dim")
    table.add_column("expected")
    table.add_column("printed")
    expected = (problem.examples[case.index].expected or "").splitlines()
    actual = case.run.stdout.splitlines()
    for number in range(min(max(len(expected), len(actual)), 20)):
        left = expected[number] if number < len(expected) else ""
        right = actual[number] if number < len(actual) else ""
        table.add_row(Text(left), Text(right, style="" if left.split() == right.split() else "red"))
    console.print(table)
    if case.run.stderr.strip():
        console.print(Text(case.run.stderr.rstrip()[-2000:], style="dim"))


def _candidates_table(candidates: Sequence[RankedCandidate], check: Check) -> Table:
    table = Table(header_style="bold")
    columns = {"rank": "right", "right": "center", "examples": "right", "cluster": "right", "share": "right"}
    for name, justify in {**columns, "score": "right", "language": "left"}.items():
        if name != "right" or check.verdicts:
            table.add_column(name, justify=cast("JustifyMethod", justify), no_wrap=True)
    # The only column that gives way on a narrow terminal; its cells are cut rather than wrapped.
    table.add_column("first lines")
    shared = _shared_lines(candidates)
    for candidate in candidates:
        cluster = candidate.cluster
        row: list[str | Text] = [
            str(candidate.rank),
            f"{candidate.passed}/{candidate.total}",
            str(cluster.size) if cluster else "-",
            f"{cluster.share:.0%}" if cluster else "-",
            f"{candidate.score:.2f}" if candidate.score is not None else "-",
            LANGUAGES[candidate.language].name,
            Text(_first_lines(candidate, shared), no_wrap=True, overflow="ellipsis"),
        ]
        if check.verdicts:
            verdict = check.verdicts[candidate.rank]
            row.insert(1, Text("yes" if verdict is Verdict.AC else verdict, style=style_of(verdict)))
        table.add_row(*row)
    return table


def _first_lines(candidate: RankedCandidate, shared: frozenset[str]) -> str:
    """The first lines that tell this program apart: blank ones and those that all programs have are left out."""
    lines = [line.replace("\t", "    ") for line in candidate.code.splitlines() if line.strip()]
    own = [line for line in lines if line.strip() not in shared] or lines
    return textwrap.dedent("\n".join(own[:N_FIRST_LINES]))


def _shared_lines(candidates: Sequence[RankedCandidate]) -> frozenset[str]:
    if len(candidates) < 2:
        return frozenset()
    return frozenset.intersection(*(frozenset(map(str.strip, c.code.splitlines())) for c in candidates))


def _progress_of(counts: Counts) -> str:
    """Short enough for a terminal of 80 columns."""
    clusters = f", {counts.clusters} clusters" if counts.clusters else ""
    return f"{counts.sampled} sampled, {counts.compiled} compiled, {counts.passing} passing{clusters}"


def _counts(counts: Counts) -> str:
    clusters = f", {counts.clusters} clusters" if counts.clusters else ""
    return (
        f"{counts.sampled} sampled, {counts.distinct} distinct, {counts.compiled} compiled, "
        f"{counts.passing} passing{clusters}"
    )
