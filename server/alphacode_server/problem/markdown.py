"""Reading a problem from Markdown or plain text, as a person saved or pasted it, or as another format became it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from alphacode_sandbox import Case, Checker
from alphacode_server.problem.examples import Example, find_examples
from alphacode_server.problem.fences import find_fences
from alphacode_server.problem.front_matter import read_front_matter
from alphacode_server.problem.limits import find_memory_limit_mb, find_time_limit_ms
from alphacode_server.problem.model import Finding, ParsedStatement, Problem, Severity
from alphacode_server.problem.title import find_title
from alphacode_server.problem.tolerance import find_tolerance


def parse_markdown(text: str, file_name: str = "") -> ParsedStatement:
    """The problem that a text states, with findings for what could not be read. Its line ends are `\\n`.

    Never raises. What the front matter says wins over what the text says. Without a checker in the front matter, a text
    that grants an absolute or relative error gets the `tokens` checker with that tolerance. `file_name` only helps when
    the text has no title.
    """
    readable = _readable(text)
    front_matter = read_front_matter(readable)
    n_skipped = front_matter.n_lines
    # Other lines keep their numbers in the file, so that a finding can point at them.
    readable[:n_skipped] = [""] * n_skipped
    readable_text = "\n".join(readable)
    found = find_examples(readable)
    findings = found.findings
    cases, conflicts = _distinct_cases(found.examples)
    if not cases and not any(finding.code == "no-examples" for finding in findings):
        findings += (_NO_EXAMPLES,)
    problem = Problem(
        title=find_title(readable) or PurePath(file_name).stem or "Untitled",
        statement="\n".join(text.split("\n")[n_skipped:]).strip("\n"),
        examples=cases,
        time_limit_ms=find_time_limit_ms(readable_text),
        memory_limit_mb=find_memory_limit_mb(readable_text),
        checker=Checker(tolerance=find_tolerance(readable_text)),
        interactive=_INTERACTIVE.search(readable_text) is not None,
    )
    findings += (*front_matter.findings, *conflicts, *_missing_statement(readable_text))
    findings = tuple(sorted(findings, key=lambda finding: finding.line))
    calls, _ = _distinct_cases(found.calls)
    return ParsedStatement(replace(problem, **front_matter.fields), findings, calls)


def _readable(text: str) -> list[str]:
    """The lines with plain blanks, but for examples that are written down to the character."""
    lines, readable = text.split("\n"), text.translate(_BLANKS).split("\n")
    for fence in find_fences(lines):
        if fence.stream:
            content = slice(fence.start + 1, fence.end)
            readable[content] = lines[content]
    return readable


# Blanks that web pages put between words, and marks without width that travel with a copied text.
_BLANKS = str.maketrans(
    dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", " ") | dict.fromkeys("\ufeff\u200b\u2060")
)
_INTERACTIVE = re.compile(
    r"\bthis (?:is an interactive (?:problem|task)|(?:problem|task) is interactive)\b"
    r"|^(?:#{1,6} )?Interaction(?: protocol)?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)

_NO_EXAMPLES = Finding(
    "no-examples",
    Severity.INFORMATION,
    "no examples could be read; candidates cannot be filtered. Write them as `Sample Input 1` and `Sample Output 1`, "
    "each followed by its text",
    0,
)


# As `statement_file` leaves it.
_EMPTY_SECTION = re.compile(r"^#{1,6} Statement[ \t]*\n\s*(?=#{1,6} Examples?\b|\Z)", re.MULTILINE)


def _missing_statement(text: str) -> tuple[Finding, ...]:
    empty = _EMPTY_SECTION.search(text)
    if empty is None:
        return ()
    line = text.count("\n", 0, empty.start())
    return (Finding("no-statement", Severity.WARNING, "the statement is missing; paste it below this line", line),)


def _distinct_cases(examples: Sequence[Example]) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Each input once. No program prints two answers to one input, so the first of two counts."""
    first: dict[str, Example] = {}
    findings: list[Finding] = []
    for example in examples:
        earlier = first.setdefault(example.input, example)
        if earlier.expected.split() != example.expected.split():
            message = f"same input as the example in line {earlier.line + 1}, other output; the first one counts"
            findings.append(Finding("example-conflict", Severity.WARNING, message, example.line))
    return tuple(Case(example.input, example.expected) for example in first.values()), tuple(findings)
