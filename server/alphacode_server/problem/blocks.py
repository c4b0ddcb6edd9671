"""Cutting a statement into blocks: each label for input or output with the text that belongs to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alphacode_server.problem.bodies import Body, read_body, read_columns
from alphacode_server.problem.fences import Fence
from alphacode_server.problem.labels import Label, LabelKind, read_label
from alphacode_server.problem.page import Page, read_page
from alphacode_server.problem.prose import is_prose

_STREAMS = (LabelKind.INPUT, LabelKind.OUTPUT)


@dataclass(frozen=True, slots=True)
class Block:
    """A label for input or output, and its text."""

    label: Label
    body: Body
    is_announced: bool
    """The label says that it is an example, or stands right under a label that says so."""
    is_after_examples: bool
    """The statement has announced examples before."""

    @property
    def text(self) -> str:
        return "\n".join(self.body.lines) + "\n" if self.body.lines else ""

    @property
    def is_data(self) -> bool:
        return self.body.is_fenced or not any(is_prose(line) for line in self.body.lines)


def find_blocks(lines: Sequence[str]) -> tuple[Block, ...]:
    """All blocks in the order of the text, those of the specification too."""
    page = read_page(lines)
    return _with_empty_outputs(tuple(_blocks(page, _labels(page))))


def _labels(page: Page) -> list[Label]:
    labels: list[Label] = []
    number = 0
    while number < len(page.lines):
        fence = page.fences.get(number)
        label = _fence_label(fence) if fence else read_label(page.lines[number], number)
        if label is not None:
            if labels and label.is_fence and _repeats(page, labels[-1], label):
                labels.pop()
            labels.append(label)
        number = fence.end + 1 if fence else number + 1
    used_markups = {label.markup for label in labels if label.kind in (*_STREAMS, LabelKind.PAIR)}
    return [
        label for label in labels if not label.is_any or (label.markup in used_markups and _is_set_off(page, label))
    ]


def _fence_label(fence: Fence) -> Label | None:
    """Some judges name the stream in the fence's info string: ```input1."""
    stream = fence.stream
    if stream is None:
        return None
    kind = LabelKind.INPUT if "in" in stream["name"].lower() else LabelKind.OUTPUT
    number = int(stream["number"]) if stream["number"] else None
    return Label(kind, fence.start, number=number, is_named=True, is_fence=True)


def _repeats(page: Page, label: Label, fence_label: Label) -> bool:
    """A label right above a fence whose info string says the same once more."""
    return label.kind is fence_label.kind and page.is_blank(label.line + 1, fence_label.line)


def _is_set_off(page: Page, label: Label) -> bool:
    """Headings stand after a blank line; a row of a grid that looks like one does not."""
    return label.line == 0 or not page.lines[label.line - 1].strip()


def _blocks(page: Page, labels: Sequence[Label]) -> Iterator[Block]:
    is_open = False
    is_after_examples = False
    ends = [*(label.line for label in labels[1:]), len(page.lines)]
    for label, end in zip(labels, ends, strict=False):
        if label.kind is LabelKind.EXAMPLES:
            is_after_examples = True
            is_open = page.is_blank(label.line + 1, end)
            continue
        if label.kind is LabelKind.SECTION:
            is_open = False
            continue
        is_open = is_open or label.is_named
        if label.kind is LabelKind.PAIR:
            for kind, body in zip(_STREAMS, read_columns(page, label, end), strict=False):
                yield Block(replace(label, kind=kind), body, is_open, is_after_examples)
        else:
            yield Block(label, read_body(page, label, end), is_open, is_after_examples)


def _with_empty_outputs(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """An output that is empty leaves its blank lines behind, and the explanation moves up into its place."""
    numbered = [block.body.n_blank_before for block in blocks if _is_plain_numbered_output(block)]
    usual = min(numbered, default=0)
    return tuple(
        replace(block, body=replace(block.body, lines=()))
        if _is_plain_numbered_output(block) and block.body.n_blank_before > usual and is_prose(block.body.lines[0])
        else block
        for block in blocks
    )


def _is_plain_numbered_output(block: Block) -> bool:
    return block.label.is_numbered_output and bool(block.body.lines) and not block.body.is_fenced
