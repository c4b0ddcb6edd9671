"""The file that a statement is pasted into: whether it waits for one, and what it is with one."""

import pytest

from alphacode_sandbox import Case
from alphacode_server.problem import parse_statement
from alphacode_server.problem.companion import Payload
from alphacode_server.problem.statement_file import line_to_paste_at, statement_file, with_statement

PAYLOADS = (
    Payload("A. Sum", url="https://judge.example/A", examples=(Case("1\n", "2\n"),)),
    Payload("A. Sum"),
)
TEXTS = ("Print n.", "\n\nPrint n.\n\n", "Print n.\n\n## Input\n\nOne n.\n")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_statement_is_pasted_where_the_file_waits_for_it(payload: Payload, text: str) -> None:
    empty = statement_file(payload)
    assert lacks_statement(empty)
    lines = empty.splitlines()
    assert lines[line_to_paste_at(empty) - 2] == "## Statement"
    filled = with_statement(empty, text)
    assert not lacks_statement(filled)
    assert f"## Statement\n\n{text.strip()}\n" in filled
    before, after = (parse_statement(one).problem for one in (empty, filled))
    assert (after.title, after.url, after.examples) == (before.title, before.url, before.examples)


@pytest.mark.parametrize("text", ["", "# Sum\n\nPrint n.\n", "## Statement\n\nPrint n.\n"])
def test_other_files_wait_for_none(text: str) -> None:
    assert not lacks_statement(text)


def lacks_statement(text: str) -> bool:
    return any(finding.code == "no-statement" for finding in parse_statement(text).findings)


def test_a_file_without_the_heading_is_pasted_into_at_its_top() -> None:
    assert line_to_paste_at("# Sum\n\nPrint n.\n") == 0
