"""The text under one label: where an input or output begins and where it ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.problem.labels import Label, LabelKind, Markup
from alphacode_server.problem.page import Page
from alphacode_server.problem.prose import before_other_text, before_prose, is_prose

# What a page's buttons leave in a copied text.
_BUTTONS = re.compile(r"copy|copied!?|copy to clipboard|save_alt|content_copy(?:\s+copied!?)?", re.IGNORECASE)
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})")


@dataclass(frozen=True, slots=True)
class Body:
    """Lines without blanks at their ends."""

    lines: tuple[str, ...]
    is_fenced: bool = False
    n_blank_before: int = 0
    """Blank lines between the label and the text."""


def read_body(page: Page, label: Label, end: int) -> Body:
    """The text of `label`, somewhere before line `end`, where the next label stands."""
    if label.is_fence:
        return Body(page.fences[label.line].content(page.lines), is_fenced=True)
    first = page.skip_blank(label.line + 1, end)
    start = _skip_buttons(page, label, first, end)
    fence = page.first_fence(start, end)
    if fence is not None and label.value is None and (fence.start == start or is_prose(page.lines[start])):
        return Body(fence.content(page.lines), is_fenced=True)
    lines = [line.rstrip() for line in page.lines[start : fence.start if fence else end]]
    text = _plain_text(label, lines, has_buttons=start > first)
    return Body(tuple(text), n_blank_before=first - label.line - 1)


def read_columns(page: Page, label: Label, end: int) -> tuple[Body, ...]:
    """Input and output of a table that was copied as text: parted by fences, by a tab or by a blank line.

    One body, taken for an input without output, where nothing parts them.
    """
    fences = [page.fences[number] for number in range(label.line + 1, end) if number in page.fences]
    if len(fences) >= 2:
        return tuple(Body(fence.content(page.lines), is_fenced=True) for fence in fences[:2])
    lines = page.lines[label.line + 1 : end]
    halves = _tabbed_halves(lines) or _paragraph_halves(lines)
    return tuple(Body(tuple(_dedented(_stripped(half)))) for half in halves)


def _skip_buttons(page: Page, label: Label, start: int, end: int) -> int:
    """A "copy" that is all there is, and not right under the label, is taken for the data it may be."""
    while start < end and _BUTTONS.fullmatch(page.lines[start].strip()):
        after = page.skip_blank(start + 1, end)
        if after == end and start > label.line + 1:
            break
        start = after
    return start


def _plain_text(label: Label, lines: Sequence[str], *, has_buttons: bool) -> Sequence[str]:
    if label.value is not None:
        lines = [label.value, *lines]
    if label.markup in (Markup.HEADING, Markup.BOLD):
        lines = _before_rule(lines)
    if label.kind is LabelKind.OUTPUT:
        lines = before_prose(lines, needs_blank=not has_buttons)
    if label.is_numbered_output:
        lines = before_other_text(lines)
    if label.is_glued:
        lines = _without_doubled_line_ends(lines)
    return _dedented(_stripped(lines))


def _before_rule(lines: Sequence[str]) -> Sequence[str]:
    """Markdown authors part their sections by rules; a row of a grid that looks like one has rows above it."""
    for number in range(1, len(lines)):
        if not lines[number - 1] and _RULE.fullmatch(lines[number]):
            return lines[:number]
    return lines


def _without_doubled_line_ends(lines: Sequence[str]) -> Sequence[str]:
    filled = _stripped(lines)
    return filled if any(filled[1::2]) else filled[::2]


def _stripped(lines: Sequence[str]) -> Sequence[str]:
    """Without blank lines at the ends."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _dedented(lines: Sequence[str]) -> Sequence[str]:
    """Markdown sets code off by four blanks or a tab on every line."""
    for indent in ("    ", "\t"):
        if all(line.startswith(indent) or not line for line in lines):
            return [line.removeprefix(indent) for line in lines]
    return lines


def _tabbed_halves(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    tabbed = [number for number, line in enumerate(lines) if "\t" in line]
    if not tabbed:
        return None
    # Data may hold tabs as well; a line of nothing else is the surer border.
    split = next((number for number in tabbed if not lines[number].strip()), tabbed[0])
    left, _, right = lines[split].partition("\t")
    first = [line.rstrip() for line in (*lines[:split], left)]
    return first, [line.rstrip() for line in (right, *lines[split + 1 :])]


def _paragraph_halves(lines: Sequence[str]) -> tuple[Sequence[str], ...]:
    filled = _stripped([line.rstrip() for line in lines])
    blank = next((number for number, line in enumerate(filled) if not line), None)
    return (filled[:blank], filled[blank:]) if blank else (filled,)
