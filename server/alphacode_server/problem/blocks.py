"""The text that belongs to each label: where an input or output begins and where it ends."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from alphacode_server.problem.fences import Fence, find_fences
from alphacode_server.problem.labels import Label, LabelKind, Markup, read_label
from alphacode_server.problem.prose import before_other_text, before_prose, is_prose

STREAMS = (LabelKind.INPUT, LabelKind.OUTPUT)

_FENCE_NAME = re.compile(r"(?:(?:sample|example)[-_ ]?)?(input|output|stdin|stdout)[-_ ]?(\d{1,3})?", re.IGNORECASE)
# What the words of a page's buttons leave in a copied text, a line each or several on one.
_BUTTONS = re.compile(r"(?:(?:content_|save_)?(?:copy|copied!?|alt|download|copy to clipboard)\s*){1,6}", re.IGNORECASE)
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,})")


@dataclass(frozen=True, slots=True)
class Block:
    """A label for input or output, and its text."""

    label: Label
    lines: tuple[str, ...]
    is_announced: bool = False
    """The label says that it is an example, or stands right under a label that says so."""
    is_after_examples: bool = False
    """The statement has announced examples before."""
    is_fenced: bool = False
    n_blank_before: int = 0
    """Blank lines between the label and the text."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n" if self.lines else ""

    @property
    def is_data(self) -> bool:
        return self.is_fenced or not any(is_prose(line) for line in self.lines)


def find_blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """All blocks in the order of the text, those of the specification too."""
    lines, fences = _without_wrapping_fences(lines)
    page = _Page(lines, {fence.start: fence for fence in fences})
    return _with_empty_outputs(tuple(_blocks(page, _labels(page))))


@dataclass(frozen=True, slots=True)
class _Page:
    lines: Sequence[str]
    fences: Mapping[int, Fence]

    def is_blank(self, start: int, end: int) -> bool:
        return not any(self.lines[number].strip() for number in range(start, end))


def _without_wrapping_fences(lines: Sequence[str]) -> tuple[Sequence[str], tuple[Fence, ...]]:
    """Blanks out the marks of fences that hold a whole example, labels included."""
    fences = find_fences(lines)
    wrapping = [fence for fence in fences if _holds_labels(lines, fence)]
    if not wrapping:
        return lines, fences
    plain = list(lines)
    for fence in wrapping:
        plain[fence.start] = plain[fence.end] = ""
    return plain, tuple(fence for fence in fences if fence not in wrapping)


def _holds_labels(lines: Sequence[str], fence: Fence) -> bool:
    kinds = [label.kind for number in range(fence.start + 1, fence.end) if (label := read_label(lines[number], number))]
    return all(stream in kinds for stream in STREAMS)


def _labels(page: _Page) -> list[Label]:
    labels: list[Label] = []
    number = 0
    while number < len(page.lines):
        fence = page.fences.get(number)
        label = _fence_label(fence) if fence else read_label(page.lines[number], number)
        if label is not None:
            labels.append(label)
        number = fence.end + 1 if fence else number + 1
    used_markups = {label.markup for label in labels if label.kind in (*STREAMS, LabelKind.PAIR)}
    return [label for label in labels if not label.is_any or label.markup in used_markups]


def _fence_label(fence: Fence) -> Label | None:
    """Some judges name the stream in the fence's info string: ```input1."""
    name = _FENCE_NAME.fullmatch(fence.info)
    if name is None:
        return None
    kind = LabelKind.INPUT if "in" in name[1].lower() else LabelKind.OUTPUT
    return Label(kind, fence.start, number=int(name[2]) if name[2] else None, is_named=True, is_fence=True)


def _blocks(page: _Page, labels: Sequence[Label]) -> Iterator[Block]:
    is_open = False
    is_after_examples = False
    for label, following in pairwise([*labels, None]):
        assert label is not None
        end = following.line if following else len(page.lines)
        if label.kind is LabelKind.EXAMPLES:
            is_after_examples = True
            is_open = page.is_blank(label.line + 1, end)
        elif label.kind is LabelKind.SECTION:
            is_open = False
        elif label.kind is LabelKind.PAIR:
            is_open = is_open or label.is_named
            yield from _columns(page, label, end, is_open)
        elif not _repeats(page, label, following):
            is_open = is_open or label.is_named
            yield replace(_block(page, label, end), is_announced=is_open, is_after_examples=is_after_examples)


def _with_empty_outputs(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """An output that is empty leaves its blank lines behind, and the explanation moves up into its place."""
    usual = min((block.n_blank_before for block in blocks if _is_plain_numbered_output(block)), default=0)
    return tuple(
        replace(block, lines=())
        if _is_plain_numbered_output(block) and block.n_blank_before > usual and is_prose(block.lines[0])
        else block
        for block in blocks
    )


def _is_plain_numbered_output(block: Block) -> bool:
    return bool(block.lines) and not block.is_fenced and _is_numbered_output(block.label)


def _is_numbered_output(label: Label) -> bool:
    return label.kind is LabelKind.OUTPUT and label.is_named and label.number is not None


def _repeats(page: _Page, label: Label, following: Label | None) -> bool:
    """A label right above a fence that says the same once more."""
    return (
        following is not None
        and following.is_fence
        and following.kind is label.kind
        and page.is_blank(label.line + 1, following.line)
    )


def _block(page: _Page, label: Label, end: int) -> Block:
    if label.is_fence:
        return _fenced(page, label, page.fences[label.line])
    start = _skip_blank(page, label.line + 1, end)
    n_blank_before = start - label.line - 1
    first_button = start
    while start < end and _BUTTONS.fullmatch(page.lines[start].strip()):
        start = _skip_blank(page, start + 1, end)
    has_buttons = start > first_button
    fence = next((page.fences[number] for number in range(start, end) if number in page.fences), None)
    if fence is not None and label.value is None and (fence.start == start or is_prose(page.lines[start])):
        return _fenced(page, label, fence)
    lines = [line.rstrip() for line in page.lines[start : fence.start if fence else end]]
    return Block(label, tuple(_plain_text(label, lines, has_buttons)), n_blank_before=n_blank_before)


def _fenced(page: _Page, label: Label, fence: Fence) -> Block:
    return Block(label, fence.content(page.lines), is_fenced=True)


def _plain_text(label: Label, lines: list[str], has_buttons: bool) -> list[str]:
    if label.value is not None:
        lines.insert(0, label.value)
    if label.markup in (Markup.HEADING, Markup.BOLD):
        rule = next((number for number, line in enumerate(lines) if _RULE.fullmatch(line)), len(lines))
        del lines[rule:]
    if label.kind is LabelKind.OUTPUT:
        lines = list(before_prose(lines, needs_blank=not has_buttons))
    lines = _stripped(lines)
    if _is_numbered_output(label):
        lines = list(before_other_text(lines))
    if label.is_glued:
        lines = _without_doubled_line_ends(lines)
    return _dedented(_stripped(lines))


def _without_doubled_line_ends(lines: list[str]) -> list[str]:
    stripped = _stripped(lines)
    return stripped[::2] if not any(stripped[1::2]) else stripped


def _stripped(lines: list[str]) -> list[str]:
    """Without blank lines at the ends."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _dedented(lines: list[str]) -> list[str]:
    """Markdown sets code off by four blanks or a tab on every line."""
    for indent in ("    ", "\t"):
        if lines and all(line.startswith(indent) or not line for line in lines):
            return [line.removeprefix(indent) for line in lines]
    return lines


def _skip_blank(page: _Page, start: int, end: int) -> int:
    return next((number for number in range(start, end) if page.lines[number].strip()), end)


def _columns(page: _Page, label: Label, end: int, is_announced: bool) -> Iterator[Block]:
    """Two columns that were copied as text: input, a tab, output; or two fences; or two paragraphs."""
    halves = _fenced_halves(page, label, end) or _tabbed_halves(page, label, end) or _paragraph_halves(page, label, end)
    if halves is None:
        return
    for kind, half in zip(STREAMS, halves, strict=True):
        named = replace(label, kind=kind, is_named=True)
        yield Block(named, tuple(_dedented(_stripped(half))), is_announced, is_announced)


def _fenced_halves(page: _Page, label: Label, end: int) -> tuple[list[str], list[str]] | None:
    fences = [page.fences[number] for number in range(label.line + 1, end) if number in page.fences]
    if len(fences) < 2:
        return None
    return list(fences[0].content(page.lines)), list(fences[1].content(page.lines))


def _tabbed_halves(page: _Page, label: Label, end: int) -> tuple[list[str], list[str]] | None:
    lines = page.lines[label.line + 1 : end]
    split = next((number for number, line in enumerate(lines) if "\t" in line), None)
    if split is None:
        return None
    left, _, right = lines[split].partition("\t")
    first = [line.rstrip() for line in (*lines[:split], left)]
    return first, [line.rstrip() for line in (right, *lines[split + 1 :])]


def _paragraph_halves(page: _Page, label: Label, end: int) -> tuple[list[str], list[str]] | None:
    lines = _stripped([line.rstrip() for line in page.lines[label.line + 1 : end]])
    blank = next((number for number, line in enumerate(lines) if not line), None)
    return (lines[:blank], lines[blank:]) if blank else None
