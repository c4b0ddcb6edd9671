"""The examples of 180 CodeContests descriptions, compared with the tests that each row starts with.

The rows' outputs were printed by some accepted program. Where a problem has several right answers, or prints numbers
with a fraction, that is another text than the description's. Such an output is compared with the description itself:
it must stand there between an output's label and what follows, which these descriptions lay out in one way.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from alphacode_server.problem import parse_statement

ROWS = Path(__file__).parents[2].parent / "shared/data/statements/codecontests_rows.jsonl"
BELOW_AN_OUTPUT = r"\s*(?:\Z|\nInput\n|\nNotes?\n)"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    if not ROWS.exists():
        pytest.skip(f"{ROWS} is missing: the CodeContests rows are not part of the repository")
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]


def test_examples_are_extracted_exactly(rows: list[dict[str, Any]]) -> None:
    wrong = [row["name"] for row in rows if not is_exact(row)]
    assert len(rows) == 180
    assert 1 - len(wrong) / len(rows) >= 0.98, wrong


def test_where_the_tests_repeat_the_description_they_are_equal(rows: list[dict[str, Any]]) -> None:
    """No oracle but the tests: the inputs of all rows, and the outputs that stand in the description at all."""
    for row in rows:
        leading = leading_tests(row)
        for given, expected in examples(row):
            assert given in leading, row["name"]
            assert expected == leading[given] or leading[given] not in outputs_as_written(row["description"]), row[
                "name"
            ]


def is_exact(row: dict[str, Any]) -> bool:
    found = examples(row)
    leading = leading_tests(row)
    written = outputs_as_written(row["description"])
    return (
        len(found) == len(re.findall(r"(?m)^Output$", row["description"])) - 1
        and {given for given, _ in found} == set(leading)
        and all(expected == leading[given] or expected in written for given, expected in found)
    )


def examples(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (tidy(case.input), tidy(case.expected or "")) for case in parse_statement(row["description"]).problem.examples
    ]


def leading_tests(row: dict[str, Any]) -> dict[str, str]:
    """As many tests as the description has examples; the order differs."""
    n_examples = len(re.findall(r"(?m)^Output$", row["description"])) - 1
    tests = list(zip(row["tests"]["input"], row["tests"]["output"], strict=True))[:n_examples]
    return {tidy(given): tidy(expected) for given, expected in tests}


def outputs_as_written(description: str) -> set[str]:
    return {tidy(text) for text in re.findall(rf"(?s)\nOutput\n(.*?)(?={BELOW_AN_OUTPUT})", description)}


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
