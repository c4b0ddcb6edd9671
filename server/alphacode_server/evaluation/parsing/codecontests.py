"""Rows of CodeContests: the examples of a description, which each row's tests start with.

The rows' outputs were printed by some accepted program. Where a problem has several right answers, or prints numbers
with a fraction, that is another text than the description's. Such an output is compared with the description itself:
it must stand there between an output's label and what follows, which these descriptions lay out in one way.
"""

import re
from collections.abc import Mapping
from typing import Any

from alphacode_server.evaluation.parsing.known import Known
from alphacode_server.problem import parse_statement

_OUTPUT = re.compile(r"^Output$", re.MULTILINE)
_WRITTEN_OUTPUT = re.compile(r"\nOutput\n(.*?)(?=\s*(?:\Z|\nInput\n|\nNotes?\n))", re.DOTALL)


def known_row(row: Mapping[str, Any]) -> Known:
    return Known(row["name"], lambda: _check(row))


def _check(row: Mapping[str, Any]) -> str:
    """An example that a description shows twice counts once."""
    examples = parse_statement(row["description"]).problem.examples
    found = [(_tidy(case.input), _tidy(case.expected or "")) for case in examples]
    leading = _leading_tests(row)
    if {given for given, _ in found} != set(leading):
        return f"expected the inputs of {len(leading)} examples, found {len(found)} that are not all the same"
    written = {_tidy(text) for text in _WRITTEN_OUTPUT.findall(row["description"])}
    for given, expected in found:
        is_other = leading[given] not in written and expected in written
        if expected != leading[given] and not is_other:
            return f"expected the output {leading[given][:60]!r}, found {expected[:60]!r}"
    return ""


def _leading_tests(row: Mapping[str, Any]) -> dict[str, str]:
    """As many tests as the description has examples, besides the section on the output; the order differs."""
    n_examples = len(_OUTPUT.findall(row["description"])) - 1
    tests = list(zip(row["tests"]["input"], row["tests"]["output"], strict=True))[:n_examples]
    return {_tidy(given): _tidy(expected) for given, expected in tests}


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
