"""Findings about statements and results of runs, as marks in the editor. Backend trouble is never one of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lsprotocol import types

from alphacode_lsp.server import AlphaCodeServer, Document
from alphacode_lsp.session import Binding
from alphacode_sandbox import LANGUAGES, CaseResult, Judgement, Limits, Verdict, last_line, reason
from alphacode_server.problem import Finding, Severity
from alphacode_server.problem.known_cases import places

SOURCE = "alphacode"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A diagnostic before it has a range in the editor's units."""

    line: int
    severity: types.DiagnosticSeverity
    code: str
    message: str
    character: int = 0
    """Code points from the start of the line; the mark reaches to the end of the word there."""
    whole_line: bool = True
    test: int | None = None
    """The number of the case that it is about."""
    related: tuple[Path, int, str] | None = None
    """A file, a line in it, and what is there, for clients that show such a thing."""


def marks_of_binding(binding: Binding) -> list[Mark]:
    """What a source's reader should know about its statement, and about the files around it."""
    marks = [
        Mark(0, types.DiagnosticSeverity.Information, "case-files", trouble) for trouble in binding.intake.troubles
    ]
    if binding.trouble is None:
        return marks
    code = "statement-ambiguous" if binding.association.candidates else "no-statement"
    line = binding.directives[0][0] if binding.directives else 0
    known = places(binding.intake.cases)
    text = f"{binding.trouble}. Cases are known: {', '.join(known)}" if known else binding.trouble
    return [Mark(line, types.DiagnosticSeverity.Hint, code, text), *marks]


def marks_of_findings(findings: Sequence[Finding]) -> list[Mark]:
    return [Mark(finding.line, _SEVERITIES[finding.severity], finding.code, finding.message) for finding in findings]


def marks_of_judgement(judgement: Judgement, numbers: Sequence[int], limits: Limits, text: str) -> list[Mark]:
    """A program's failed examples. `numbers` are the examples' numbers in the statement, from 1."""
    if judgement.verdict is Verdict.CE:
        return compile_marks(judgement.compile_output, text)
    main = main_line(text)
    marks = (_mark_of_case(case, numbers[case.index], limits, text, main) for case in judgement.cases)
    return [mark for mark in marks if mark is not None]


def case_text(case: CaseResult, number: int, limits: Limits) -> str:
    """`Example 2: WA, line 1: expected `6`, got `5` (12 ms)`."""
    name, why = f"Example {number}: {case.verdict}", reason(case, limits)
    time = f" ({case.run.cpu_s * 1000:.0f} ms)" if case.verdict in _OUTPUTS else ""
    return f"{name}, {why}{time}" if why else f"{name}{time}"


CASE_NAME = re.compile(r"Example (?P<number>\d+): ")
"""How the message about a case begins; not every client gives a diagnostic's data back."""
RUN_CODES = ("example-failed", "limit", "runtime-error", "judge-failed")

_OUTPUTS = (Verdict.AC, Verdict.RUN, Verdict.WA)

_GCC_LINE = re.compile(
    r"^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<kind>fatal error|error|warning): (?P<text>.*)$",
    re.MULTILINE,
)
_RUSTC_LINES = re.compile(
    r"^(?P<kind>error|warning)(?:\[\w+\])?: (?P<text>.*)\n *--> (?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+)$",
    re.MULTILINE,
)
_GO_LINE = re.compile(
    r"^(?P<file>\S+\.go):(?P<line>\d+):(?P<column>\d+): (?P<text>(?P<kind>).*)$",
    re.MULTILINE,
)
_PYTHON_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
_PYTHON_CARET = re.compile(r"^    (?! )[^\n]*\n    (?P<before> *)\^+ *$", re.MULTILINE)
_OTHER_FRAME = re.compile(r"(?:^\s*at [^/\n]+\(\w+\.(?:java|kt):|\bmain\.(?:rs|go):)(?P<line>\d+)", re.MULTILINE)
_PROGRAM_FILES = frozenset(language.source for language in LANGUAGES.values())
"""What a program is called where it runs."""
_TAB = 8
"""g++ counts columns as a terminal shows them."""


def compile_marks(output: str, text: str) -> list[Mark]:
    """The compiler's complaints at their lines; one on the first line where the output cannot be taken apart."""
    lines = text.split("\n")
    marks: list[Mark] = []
    for found in chain.from_iterable(form.finditer(output) for form in (_GCC_LINE, _RUSTC_LINES, _GO_LINE)):
        if found["file"].startswith(("/usr/", "<")):
            continue
        line = min(int(found["line"]) - 1, len(lines) - 1)
        character = index_at_column(lines[line], int(found["column"] or 1))
        is_warning = found["kind"] == "warning"
        severity = types.DiagnosticSeverity.Warning if is_warning else types.DiagnosticSeverity.Error
        marks.append(Mark(line, severity, "compile-error", found["text"], character, whole_line=False))
    if not marks:
        frames = _PYTHON_FRAME.findall(output)
        line = min(int(frames[-1][1]) - 1, len(lines) - 1) if frames else 0
        caret = _PYTHON_CARET.search(output)
        if frames and caret:
            # Python shows the line without its indentation.
            indent = len(lines[line]) - len(lines[line].lstrip())
            character = min(indent + len(caret["before"]), len(lines[line]))
            return [Mark(line, types.DiagnosticSeverity.Error, "compile-error", last_line(output), character, False)]
        unlinked = re.search(r"undefined reference to .*", output)
        message = unlinked[0] if unlinked else last_line(output) or "The program does not compile"
        marks.append(Mark(line, types.DiagnosticSeverity.Error, "compile-error", message))
    return marks


def index_at_column(line: str, column: int) -> int:
    """The code point at a display column, both counted as g++ does: as a terminal shows them, from 1."""
    at = 0
    for index, character in enumerate(line):
        if at >= column - 1:
            return index
        if character == "\t":
            at = (at // _TAB + 1) * _TAB
        else:
            at += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return len(line)


def main_line(text: str) -> int:
    """Where a program starts: the line of its `main`, else the first."""
    match = re.search(
        r"^[ \t]*(?:public |static )*(?:int|signed|auto|void|fn|func|fun)\s+main\s*\(", text, re.MULTILINE
    )
    return text.count("\n", 0, match.end()) if match else 0


def _mark_of_case(case: CaseResult, number: int, limits: Limits, text: str, main: int) -> Mark | None:
    line, severity, code = main, types.DiagnosticSeverity.Warning, "example-failed"
    match case.verdict:
        case Verdict.AC | Verdict.RUN:
            return None
        case Verdict.RE | Verdict.SV:
            found = traceback_line(case.run.stderr, text)
            line, severity, code = main if found is None else found, types.DiagnosticSeverity.Error, "runtime-error"
        case Verdict.TLE | Verdict.ILE | Verdict.MLE | Verdict.OLE:
            code = "limit"
        case Verdict.IE:
            severity, code = types.DiagnosticSeverity.Information, "judge-failed"
    return Mark(line, severity, code, case_text(case, number, limits), test=number)


def traceback_line(stderr: str, text: str) -> int | None:
    """The innermost line of the program itself in a traceback, which Python alone writes last."""
    frames = [int(line) - 1 for file, line in _PYTHON_FRAME.findall(stderr) if file in _PROGRAM_FILES][-1:]
    frames = frames or [int(found["line"]) - 1 for found in _OTHER_FRAME.finditer(stderr)][:1]
    return frames[0] if frames and frames[0] < text.count("\n") + 1 else None


# Publishing


def publish(
    server: AlphaCodeServer, uri: str, part: str, marks: Sequence[Mark], document: Document | None = None
) -> None:
    """Replace what one part of the server says about a document; the other parts' diagnostics stay."""
    parts = server.session.diagnostics.setdefault(uri, {})
    if not marks and not parts.get(part):
        return
    lines = document.text.split("\n") if document else []
    parts[part] = [_diagnostic(server, mark, lines) for mark in marks]
    version = document.version if document and server.session.support.diagnostic_versions else None
    together = [diagnostic for diagnostics in parts.values() for diagnostic in diagnostics]
    server.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(uri=uri, diagnostics=together, version=version)
    )


def retract(server: AlphaCodeServer, uri: str) -> None:
    """Remove everything that was said about a document."""
    if any(server.session.diagnostics.pop(uri, {}).values()):
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))


def _diagnostic(server: AlphaCodeServer, mark: Mark, lines: list[str]) -> types.Diagnostic:
    line = lines[mark.line].rstrip("\r") if mark.line < len(lines) else ""
    end = len(line)
    if not mark.whole_line:
        word = re.compile(r"\w+|.").match(line, mark.character)
        end = word.end() if word else mark.character
    shown_range = server.client_range(lines, (mark.line, mark.character), (mark.line, end))
    return types.Diagnostic(
        range=shown_range,
        message=mark.message,
        severity=mark.severity,
        code=mark.code,
        source=SOURCE,
        data={"test": mark.test} if mark.test is not None else None,
        related_information=_related(server, mark),
    )


def _related(server: AlphaCodeServer, mark: Mark) -> list[types.DiagnosticRelatedInformation] | None:
    if mark.related is None or not server.session.support.related_information:
        return None
    path, line, message = mark.related
    start = types.Position(line=line, character=0)
    location = types.Location(uri=server.uri_of(path), range=types.Range(start=start, end=start))
    return [types.DiagnosticRelatedInformation(location=location, message=message)]
