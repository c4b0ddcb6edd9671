"""The title of a statement that has no front matter."""

import re
from collections.abc import Sequence

from alphacode_server.problem.labels import read_label

_LONGEST = 80
_HEADING = re.compile(r"#{1,6}[ \t]+([^\s#].*?)[ \t]*#*")
_SENTENCE_END = re.compile(r"[a-z]{3}[.!?] ")
_SECTION = re.compile(
    r"(?:(?:problem|function)(?: statement| description)?|statement|description|task|story|introduction|background"
    r"|(?:time|memory) limit\b.*|cpu time limit\b.*|score\b.*)",
    re.IGNORECASE,
)


def find_title(lines: Sequence[str]) -> str | None:
    """The first Markdown heading that is a name, else the first line if it is short and no sentence."""
    filled = [line.strip() for line in lines if line.strip()]
    for line in filled:
        heading = _HEADING.fullmatch(line) if line.startswith("#") and len(line) <= _LONGEST else None
        if heading and not _is_section(line):
            return heading[1].strip("*_ ") or None
    return _short(filled[0]) if filled else None


def _short(line: str) -> str | None:
    name = line.strip("*_=- ")
    is_sentence = name.endswith((".", ":", ",", ";")) or _SENTENCE_END.search(name) is not None
    return None if not name or len(name) > _LONGEST or is_sentence or _is_section(line) else name


def _is_section(line: str) -> bool:
    label = read_label(line, 0)
    return (label is not None and not label.is_any) or _SECTION.fullmatch(line.strip("#*_=-: ")) is not None
