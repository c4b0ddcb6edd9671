"""Reading a problem from its statement, whatever it is written in: the name of the file says that."""

import re
from dataclasses import replace
from pathlib import PurePath

from alphacode_server.problem.markdown import parse_markdown
from alphacode_server.problem.model import Finding, ParsedStatement, Severity

_PAGES = (".html", ".htm", ".xhtml")
_LATEX = (".tex",)
_LINE_ENDS = re.compile(r"\r\n?")


def parse_statement(text: str, file_name: str = "") -> ParsedStatement:
    """The problem that a text states, with findings for what could not be read.

    Never raises. A saved web page and LaTeX are made Markdown first, which becomes the problem's statement.
    """
    text = _LINE_ENDS.sub("\n", text).removeprefix("\ufeff")
    suffix = PurePath(file_name).suffix.lower()
    if suffix in _PAGES:
        return _parse_page(text, file_name)
    if suffix in _LATEX:
        return _parse_latex(text, file_name)
    return parse_markdown(text, file_name)


def _parse_page(html: str, file_name: str) -> ParsedStatement:
    from alphacode_server.problem.html import read_page  # Its parser takes a tenth of a second to import.

    page = read_page(html)
    parsed = _in_first_line(parse_markdown(page.markdown, file_name))
    if page.n_statements == 1:
        return parsed
    message = f"this page holds {page.n_statements} statements, and the first one counts; save the page of one problem"
    return replace(parsed, findings=(Finding("several-statements", Severity.WARNING, message, 0), *parsed.findings))


def _parse_latex(source: str, file_name: str) -> ParsedStatement:
    from alphacode_server.problem.latex import latex_as_markdown  # Likewise.

    parsed = _in_first_line(parse_markdown(latex_as_markdown(source), file_name))
    findings = (_WITHOUT_EXAMPLES if finding.code == "no-examples" else finding for finding in parsed.findings)
    return replace(parsed, findings=tuple(findings))


_WITHOUT_EXAMPLES = Finding(
    "no-examples",
    Severity.INFORMATION,
    "a statement in LaTeX holds no examples; they belong in data/sample/ of the problem's folder, as 1.in with 1.ans",
    0,
)


def _in_first_line(parsed: ParsedStatement) -> ParsedStatement:
    """Findings without the lines of the Markdown, which nobody sees."""
    return replace(parsed, findings=tuple(replace(finding, line=0) for finding in parsed.findings))
