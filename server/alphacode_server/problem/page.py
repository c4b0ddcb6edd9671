"""A statement's lines with the fenced blocks among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alphacode_server.problem.fences import Fence, find_fences
from alphacode_server.problem.labels import LabelKind, read_label


@dataclass(frozen=True, slots=True)
class Page:
    """Lines without their ends, and the fences by the line they start at."""

    lines: Sequence[str]
    fences: Mapping[int, Fence]

    def is_blank(self, start: int, end: int) -> bool:
        return self.skip_blank(start, end) == end

    def skip_blank(self, start: int, end: int) -> int:
        """The first line from `start` on that says anything, or `end`."""
        return next((number for number in range(start, end) if self.lines[number].strip()), end)

    def first_fence(self, start: int, end: int) -> Fence | None:
        return next((self.fences[number] for number in range(start, end) if number in self.fences), None)


def read_page(lines: Sequence[str]) -> Page:
    """Fences that hold a whole example, labels included, are not fences of the page: their marks become blank lines."""
    plain = list(lines)
    opaque: dict[int, Fence] = {}
    for fence in find_fences(lines):
        if not fence.stream and _holds_labels(lines, fence):
            plain[fence.start] = plain[fence.end] = ""
        else:
            opaque[fence.start] = fence
    return Page(plain, opaque)


def _holds_labels(lines: Sequence[str], fence: Fence) -> bool:
    kinds = {label.kind for number in range(fence.start + 1, fence.end) if (label := read_label(lines[number], number))}
    return {LabelKind.INPUT, LabelKind.OUTPUT} <= kinds
