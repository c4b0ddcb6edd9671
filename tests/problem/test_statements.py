"""Each statement under statements/ is read as the JSON beside it says.

To add a layout, add a Markdown file, a web page or LaTeX, and run with ALPHACODE_UPDATE=1, which writes the JSON; then
read what it says.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from alphacode_server.problem import ParsedStatement, parse_statement

EXACT = "info_strings"
"""Fences that are named after their stream are read to the character."""
STATEMENTS = sorted(path for path in (Path(__file__).parent / "statements").iterdir() if path.suffix != ".json")
UPDATE = os.environ.get("ALPHACODE_UPDATE") == "1"


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_statement(path: Path) -> None:
    parsed = parse_statement(path.read_text(encoding="utf-8"), path.name)
    actual = describe(parsed)
    if path.suffix != ".md":
        actual["statement"] = parsed.problem.statement.split("\n")
    expected = path.with_suffix(".json")
    if UPDATE:
        expected.write_text(json.dumps(actual, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert actual == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(path: Path, line_end: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert parse_statement(text.replace("\n", line_end), path.name) == parse_statement(text, path.name)


@pytest.mark.parametrize("path", [path for path in STATEMENTS if path.stem != EXACT], ids=lambda path: path.stem)
def test_trailing_and_exotic_blanks_do_not_matter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    untidy = "\ufeff" + text.replace(" ", "\u00a0").replace("\n", "  \n")
    assert describe(parse_statement(untidy)) == describe(parse_statement(text))


def describe(parsed: ParsedStatement) -> dict[str, Any]:
    """What is worth reading of a parsed statement: what the text itself does not show, less what is not stated."""
    problem = parsed.problem
    fields = {
        "time_limit_ms": problem.time_limit_ms,
        "memory_limit_mb": problem.memory_limit_mb,
        "checker": problem.checker.kind.value,
        "tolerance": problem.checker.tolerance,
        "url": problem.url,
        "rating": problem.rating,
        "tags": list(problem.tags),
        "files": list(problem.files),
        "interactive": problem.interactive,
        "contest_over": problem.contest_over,
    }
    return {
        "title": problem.title,
        **({"calls": [[call.input, call.expected] for call in parsed.calls]} if parsed.calls else {}),
        "examples": [[case.input, case.expected] for case in problem.examples],
        **{name: value for name, value in fields.items() if value},
        "findings": [
            f"{finding.line}: {finding.severity}: {finding.code}: {finding.message}" for finding in parsed.findings
        ],
    }
