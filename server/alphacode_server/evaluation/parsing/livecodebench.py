"""Questions of LiveCodeBench: as many examples as the text announces, with the texts that stand below their labels.

LeetCode's are calls of a function. They must be found too, for the reader to say so.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from alphacode_sandbox import Case
from alphacode_server.evaluation.parsing.known import Known
from alphacode_server.problem import parse_statement

_SAMPLE = re.compile(r"Sample Input (\d+)(?::|\n)")
_CALL = re.compile(r"^\s*\**Example ?(\d+):?\**:?\s*$", re.MULTILINE)
_TEXTS = re.compile(
    r"^Sample Input (?P<number>\d+)\n\n(?P<input>.*?)\n\nSample Output (?P=number)\n\n(?P<output>.*?)"
    r"(?=\n\nSample Input \d+\n|\Z)",
    re.DOTALL | re.MULTILINE,
)


def known_question(question: Mapping[str, Any]) -> Known:
    name = f"{question['question_id']} {question.get('question_title', '')}".strip()
    return Known(name, lambda: _check(question["question_content"]))


def _check(text: str) -> str:
    parsed = parse_statement(text)
    found = parsed.calls or parsed.problem.examples
    announced = set(_SAMPLE.findall(text)) or set(_CALL.findall(text))
    if len(found) != len(announced):
        return f"{len(announced)} examples are announced, {len(found)} were found"
    return _difference(_tidy(text), found)


def _difference(text: str, found: Sequence[Case]) -> str:
    """An explanation may follow an output, so that only the beginning of what stands there is certain."""
    for match, case in zip(_TEXTS.finditer(text), found, strict=False):
        if case.input.strip() != match["input"].strip():
            return f"the input of example {match['number']} is another one"
        if not _begins_with(match["output"], (case.expected or "").strip()):
            return f"the output of example {match['number']} is another one"
    return ""


def _begins_with(section: str, output: str) -> bool:
    """An output that is empty leaves its blank line behind."""
    return f"{section.strip()}\n\n".startswith(f"{output}\n\n") if output else section[:1] in ("", "\n")


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\u00a0", " ").split("\n"))
