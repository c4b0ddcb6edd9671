"""Fenced blocks of Markdown, by line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)")
_STREAM = re.compile(
    r"(?:(?:sample|example)[-_ ]?)?(?P<name>input|output|stdin|stdout)[-_ ]?(?P<number>\d{1,3})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fence:
    """The lines of the opening and of the closing mark; the content lies between."""

    start: int
    end: int
    info: str
    indent: int

    @property
    def stream(self) -> re.Match[str] | None:
        """What an info string such as `input1` names. Such a fence holds an example's text to the character."""
        return _STREAM.fullmatch(self.info)

    def content(self, lines: Sequence[str]) -> tuple[str, ...]:
        content = tuple(_dedented(line, self.indent) for line in lines[self.start + 1 : self.end])
        return content if self.stream else tuple(line.rstrip() for line in content)


def find_fences(lines: Sequence[str]) -> tuple[Fence, ...]:
    """All closed fences. One that is never closed is no fence, so that a stray mark does not swallow the text."""
    fences: list[Fence] = []
    start = 0
    mark = info = ""
    indent = 0
    for number, line in enumerate(lines):
        if "```" not in line and "~~~" not in line:
            continue
        match = _FENCE.fullmatch(line.rstrip())
        if match is None:
            continue
        if not mark:
            start, indent, mark, info = number, len(match[1]), match[2], match[3].strip()
        elif match[2].startswith(mark) and not match[3]:
            fences.append(Fence(start, number, info, indent))
            mark = ""
    return tuple(fences)


def _dedented(line: str, indent: int) -> str:
    blanks = len(line) - len(line.lstrip(" \t"))
    return line[min(indent, blanks) :]
