"""What a run's mark says in full: the case, and what was expected beside what was printed."""

from alphacode_lsp.features.diagnostics import case_text, marks_of_judgement
from alphacode_lsp.markdown import block
from alphacode_lsp.runs import Run
from alphacode_sandbox import Verdict

_N_CASES = 3
_N_LINES = 15
_LONGEST_LINE = 200


def verdict_card(run: Run, text: str, line: int) -> str:
    """Markdown about the cases that are marked on a line of the buffer; empty where none is, or after an edit."""
    if run.is_stale(text) or run.judgement.verdict is Verdict.CE:
        return ""
    marks = marks_of_judgement(run.judgement, run.numbers, run.limits, text)
    numbers = [mark.test for mark in marks if mark.line == line and mark.test is not None]
    parts = [part for number in numbers[:_N_CASES] for part in _parts_of_case(run, number)]
    if len(numbers) > _N_CASES:
        parts.append(f"and {len(numbers) - _N_CASES} more")
    return "\n\n".join(parts)


def _parts_of_case(run: Run, number: int) -> list[str]:
    result = run.result(number)
    assert result is not None
    case = run.cases[result.index].case
    parts = [f"**{run.title}: {case_text(result, number, run.limits)}**"]
    shown = [("Input", case.input), ("Expected", case.expected), ("Printed", result.run.stdout)]
    if result.run.stderr:
        shown.append(("Standard error", result.run.stderr))
    return [*parts, *(f"{title}\n\n{block(_beginning(text))}" for title, text in shown if text is not None)]


def _beginning(text: str) -> str:
    lines = text.splitlines()
    cut = [line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in lines[:_N_LINES]]
    more = [f"({len(lines) - _N_LINES} more lines)"] if len(lines) > _N_LINES else []
    return "\n".join([*cut, *more])
