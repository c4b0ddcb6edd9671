"""Finding the examples of a statement.

A statement names input and output twice, once to specify them and once per example. Labels that say "sample", and
bare ones right under a heading such as "Examples", are believed; others only when what they label cannot be prose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.problem.blocks import Block, find_blocks
from alphacode_server.problem.labels import LabelKind
from alphacode_server.problem.model import Finding, Severity

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w{0,40}\s?=\s?\S")


@dataclass(frozen=True, slots=True)
class Example:
    """An example, and the line of its input's label."""

    line: int
    input: str
    expected: str


@dataclass(frozen=True, slots=True)
class Examples:
    """What was found, in the order of the text."""

    examples: tuple[Example, ...] = ()
    calls: tuple[Example, ...] = ()
    """LeetCode's: the arguments and the result of a function, which no program reads or prints."""
    findings: tuple[Finding, ...] = ()


_Pair = tuple[Block, Block]


def find_examples(lines: Sequence[str]) -> Examples:
    """`lines` are rid of line ends and of exotic blanks."""
    pairs, single = _pairs(find_blocks(lines))
    believed = [pair for pair in pairs if _is_believed(pair)] or _unannounced(pairs)
    findings = [_incomplete(block) for block in single if block.is_announced]
    examples: list[Example] = []
    for given, expected in believed:
        # What is written into fences of its own is meant, even if it is two empty texts.
        if given.body.lines or expected.body.lines or given.label.is_fence:
            examples.append(Example(given.label.line, given.text, expected.text))
        else:
            findings.append(_incomplete(given))
    if any(_is_function_call(pair) for pair in believed):
        return Examples(calls=tuple(examples), findings=(_function_calls(examples[0].line),))
    return Examples(tuple(examples), findings=tuple(sorted(findings, key=lambda finding: finding.line)))


def _pairs(blocks: Sequence[Block]) -> tuple[list[_Pair], list[Block]]:
    """Inputs with their outputs, by number where both have one, else as they follow each other; and what is left."""
    pairs: list[_Pair] = []
    single: list[Block] = []
    for is_announced in (True, False):
        waiting: dict[int | None, Block] = {}
        for block in blocks:
            number = block.label.number
            if block.is_announced is not is_announced:
                continue
            if block.label.kind is LabelKind.INPUT:
                if number in waiting:
                    single.append(waiting[number])
                waiting[number] = block
            elif given := _matching(waiting, number):
                del waiting[given.label.number]
                pairs.append((given, block))
            else:
                single.append(block)
        single.extend(waiting.values())
    return sorted(pairs, key=lambda pair: pair[0].label.line), single


def _matching(waiting: dict[int | None, Block], number: int | None) -> Block | None:
    if number is None:
        return next(reversed(waiting.values()), None)
    return waiting.get(number) or waiting.get(None)


def _is_believed(pair: _Pair) -> bool:
    given, expected = pair
    if given.is_announced:
        return True
    return given.is_after_examples and given.is_data and expected.is_data


def _unannounced(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Where nothing says "example": pairs of fences, and pairs of data behind a first pair, the specification."""
    return [
        (given, expected)
        for index, (given, expected) in enumerate(pairs)
        if (given.body.is_fenced and expected.body.is_fenced) or (index > 0 and given.is_data and expected.is_data)
    ]


def _is_function_call(pair: _Pair) -> bool:
    """LeetCode's examples are arguments and a result, not standard input and output."""
    given, expected = (block.body.lines[0] if block.body.lines else "" for block in pair)
    if pair[0].label.value is not None:
        return given.startswith(("[", '"')) or _ASSIGNMENT.match(given) is not None
    return given.startswith('["') and expected.startswith("[null")


def _function_calls(line: int) -> Finding:
    message = (
        "the examples are calls of a function (`nums = [1,2]`), not the text of a program's standard input; "
        "add an example with the input as a program reads it"
    )
    return Finding("no-examples", Severity.INFORMATION, message, line)


def _incomplete(block: Block) -> Finding:
    is_input = block.label.kind is LabelKind.INPUT
    if block.body.lines:
        have, lack = ("input", "output") if is_input else ("output", "input")
        message = f"this example has an {have} and no {lack}; it is left out"
    else:
        message = "this example is empty; it is left out"
    return Finding("example-incomplete", Severity.WARNING, message, block.label.line)
