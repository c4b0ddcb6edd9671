"""What `alphacode judge` draws: each test of a few programs, or many programs beside the jury's verdicts."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from alphacode_sandbox import LANGUAGES, CaseResult, Judgement, Verdict, reason
from alphacode_server.cli.console import make_console, style_of
from alphacode_server.cli.judging import Judged
from alphacode_server.problem.folder import ACCEPTED, ProblemFolder, Submission


class JudgeView(AbstractContextManager["JudgeView"]):
    """Progress on standard error; nothing where that is no terminal."""

    def __init__(self, folder: ProblemFolder, n_submissions: int, quiet: bool) -> None:
        console = Console(stderr=True, quiet=quiet, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed}/{task.total} programs"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(f"{len(folder.cases)} tests", total=n_submissions)

    def __enter__(self) -> "JudgeView":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, _judged: Judged) -> None:
        """One more program is done."""
        self._progress.advance(self._task)


def print_submissions(
    folder: ProblemFolder, judged: Sequence[Judged], left_out: Sequence[Submission], isolation: str
) -> None:
    """A line a test, and under them the program's verdict."""
    console = make_console()
    for one in judged:
        _print_cases(console, folder, one.judgement)
        language = LANGUAGES[one.submission.language].name
        passed = f"{one.judgement.passed} of {len(folder.cases)} tests"
        line = _verdict(one.judgement)
        limit = f"limit {one.judgement.time_limit_s:.3g} s"
        line.append(f"  {one.submission.name}: {passed}, {language}, {limit}, sandbox {isolation}")
        console.print(line, soft_wrap=True)
    _print_left_out(console, left_out)


def print_agreement(
    folder: ProblemFolder, judged: Sequence[Judged], left_out: Sequence[Submission], isolation: str
) -> None:
    """Every program beside the jury's verdict, then how many agree by what the jury expected."""
    console = make_console()
    console.print(_programs_table(folder, judged))
    console.print()
    console.print(_agreement_table(judged))
    for line in _missed(judged):
        console.print(line, soft_wrap=True)
    _print_left_out(console, left_out)
    console.print(f"{folder.title}, {len(folder.cases)} tests, sandbox {isolation}", style="dim")


def _print_cases(console: Console, folder: ProblemFolder, judgement: Judgement) -> None:
    if judgement.verdict is Verdict.CE:
        console.print(Text(judgement.compile_output.rstrip()))
    width = max(len(named.name) for named in folder.cases)
    for case in judgement.cases:
        line = Text(f"{case.verdict:<3}", style=style_of(case.verdict))
        line.append(f"  {folder.cases[case.index].name:<{width}}", style="default")
        line.append(f"  {case.run.cpu_s * 1000:6.0f} ms  {case.run.memory_kb / 1024:6.1f} MB", style="default")
        line.append(f"  {_reason(folder, judgement, case)}", style="default")
        line.rstrip()
        console.print(line, soft_wrap=True)


def _reason(folder: ProblemFolder, judgement: Judgement, case: CaseResult) -> str:
    return reason(case, replace(folder.limits, time_s=judgement.time_limit_s or folder.limits.time_s))


def _programs_table(folder: ProblemFolder, judged: Sequence[Judged]) -> Table:
    has_record = any(one.submission.passed_elsewhere is not None for one in judged)
    # As wide as the console, so that only the last column gives way.
    table = Table(header_style="bold", expand=True)
    table.add_column("program", overflow="fold")
    table.add_column("verdict")
    table.add_column("agrees")
    if has_record:
        table.add_column("recorded")
    table.add_column("slowest", justify="right")
    table.add_column("memory", justify="right")
    table.add_column("first failure", no_wrap=True, overflow="ellipsis", ratio=1)
    for one in judged:
        cases = one.judgement.cases
        row: list[str | Text] = [
            Text(one.submission.name.removeprefix("submissions/")),
            _verdict(one.judgement),
            _agrees(one),
            f"{max((case.run.cpu_s for case in cases), default=0) * 1000:.0f} ms",
            f"{max((case.run.memory_kb for case in cases), default=0) / 1024:.1f} MB",
            Text(_first_failure(folder, one.judgement)),
        ]
        if has_record:
            row.insert(3, _recorded(one.submission))
        table.add_row(*row)
    return table


def _agreement_table(judged: Sequence[Judged]) -> Table:
    counts = Counter((one.submission.expected or "", one.judgement.verdict) for one in judged)
    verdicts = [verdict for verdict in Verdict if any(found is verdict for _, found in counts)]
    table = Table(header_style="bold")
    table.add_column("the jury says")
    table.add_column("programs", justify="right")
    for verdict in verdicts:
        table.add_column(verdict, justify="right")
    table.add_column("agree", justify="right")
    for expected in dict.fromkeys(one.submission.expected or "" for one in judged):
        group = [one for one in judged if (one.submission.expected or "") == expected]
        n_agreeing = sum(one.agrees is True for one in group)
        columns = [str(counts[expected, verdict] or "") for verdict in verdicts]
        table.add_row(expected, str(len(group)), *columns, f"{n_agreeing} of {len(group)}")
    return table


def _missed(judged: Sequence[Judged]) -> list[Text]:
    """What does not agree, in words."""
    return [
        Text(f"{one.submission.name}: {_what_differs(one)}", style="yellow") for one in judged if one.agrees is False
    ]


def _what_differs(one: Judged) -> str:
    if one.judgement.verdict is Verdict.IE:
        return "could not be judged"
    if one.judgement.verdict is Verdict.CE:
        return f"the jury says {one.submission.expected}, here it does not compile"
    if one.submission.expected == ACCEPTED:
        return f"the jury accepts it, here it is {one.judgement.verdict}"
    record = {None: "", True: ", as in local_verdicts.json", False: ", though it fails in local_verdicts.json"}
    return (
        f"the jury says {one.submission.expected}, but it passes these tests{record[one.submission.passed_elsewhere]}"
    )


def _first_failure(folder: ProblemFolder, judgement: Judgement) -> str:
    for case in judgement.cases:
        if case.verdict is not Verdict.AC:
            return f"{folder.cases[case.index].name} {_reason(folder, judgement, case)}".rstrip()
    return ""


def _print_left_out(console: Console, left_out: Sequence[Submission]) -> None:
    if left_out:
        names = ", ".join(f"{one.name} ({one.language})" for one in left_out)
        console.print(Text(f"Left out, no toolchain: {names}", style="dim"), soft_wrap=True)


def _verdict(judgement: Judgement) -> Text:
    text = Text()
    text.append(judgement.verdict, style=style_of(judgement.verdict))
    return text


def _agrees(one: Judged) -> Text:
    return {None: Text("-"), True: Text("yes", style="green"), False: Text("no", style="red")}[one.agrees]


def _recorded(submission: Submission) -> str:
    """What `local_verdicts.json` says of a program."""
    return {None: "-", True: "passes", False: "fails"}[submission.passed_elsewhere]
