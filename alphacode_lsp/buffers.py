"""What applying a candidate does to a buffer: which lines are replaced, by what, and whether anything is lost."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.problem.association import find_directives

_LINE = re.compile(r"\r\n|\n|\r")
_MARKER = re.compile(r"""^\s*(?://+|\#+|/\*+|--|;+|"{3}|'{3})\s*alphacode:\s*(?P<which>begin|end)\b""", re.IGNORECASE)

_BOILERPLATE = re.compile(
    r"""^(?:
        \#\s*include\b.* | \#\s*pragma\b.* | using\s+namespace\s+\w+\s*; | [{}]+;? | return(?:\s+0)?\s*;?
      | (?:int|signed|auto)\s+main\s*\(.*\)\s*(?:->\s*int\s*)?\{?\s*(?:return\s+0\s*;\s*)?\}?
      | (?:std::)?ios(?:_base)?::sync_with_stdio\(.*\);.* | (?:std::)?cin\.tie\(.*\);.*
      | import\s+[\w., ]+ | from\s+[\w.]+\s+import\s+.*
      | def\s+(?:main|solve)\s*\(\s*\).*:(?:\s*(?:pass|\.\.\.))? | pass | \.\.\. | (?:main|solve)\(\);?
      | if\s+__name__\s*==\s*['"]__main__['"]\s*:(?:\s*main\(\))?
    )$""",
    re.VERBOSE,
)
_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PYTHON_COMMENTS = re.compile(r"#[^\n]*|^\s*(\"{3}.*?\"{3}|'{3}.*?'{3})", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Replacement:
    """New text for a run of characters of a buffer, given by lines and code points within them."""

    start_line: int
    start_character: int
    end_line: int
    end_character: int
    text: str
    replaced: str
    """The text that the replacement removes."""


def lines_of(text: str) -> list[str]:
    """The lines as LSP counts them: a form feed, say, ends none. After a last line break comes an empty one."""
    return _LINE.split(text)


def replacement_of(buffer: str, code: str) -> Replacement:
    """How `code` goes into `buffer`: between the begin and end markers where both are there, else over all of it.

    A directive that names the statement stays, so that the file keeps its problem.
    """
    lines = lines_of(buffer)
    newline = "\r\n" if buffer.count("\r\n") * 2 > buffer.count("\n") else "\n"
    body = _LINE.sub("\n", code.rstrip() + "\n")
    region = marked_region(lines)
    if region is not None:
        first, last = region
        replaced = "".join(line + "\n" for line in lines[first:last])
        return Replacement(first, 0, last, 0, body.replace("\n", newline), replaced)
    kept = "".join(lines[number] + "\n" for number, _ in find_directives(buffer))
    text = (kept + body).replace("\n", newline)
    return Replacement(0, 0, len(lines) - 1, len(lines[-1]), text, buffer)


def replaced_text(buffer: str) -> str:
    """What a candidate would replace; all of a buffer without markers, which most are."""
    return replacement_of(buffer, "").replaced if "alphacode" in buffer.lower() else buffer


def marked_region(lines: list[str]) -> tuple[int, int] | None:
    """The lines between the markers, as the first line and the line after the last; None unless there is one pair."""
    marked = ((number, line) for number, line in enumerate(lines) if "alphacode" in line.lower())
    markers = [(number, match["which"].lower()) for number, line in marked if (match := _MARKER.match(line))]
    if [which for _, which in markers] != ["begin", "end"]:
        return None
    return markers[0][0] + 1, markers[1][0]


def is_own_work(text: str, language: str | None) -> bool:
    """Whether a text holds code that its user wrote: more than comments and a template's usual lines."""
    comments = _PYTHON_COMMENTS if language == "python" else _COMMENTS
    lines = _lines_without(comments, text) if language else iter(_LINE.split(text))
    return any(line.strip() and not _BOILERPLATE.match(line.strip()) for line in lines)


def _lines_without(comments: "re.Pattern[str]", text: str) -> Iterator[str]:
    """The lines that are left, one after another: the first ones usually tell what is to be told of a long text."""
    line, at = "", 0
    for comment in comments.finditer(text):
        *ended, begun = _LINE.split(line + text[at : comment.start()])
        yield from ended
        line, at = begun, comment.end()
    yield from _LINE.split(line + text[at:])


class KnownPrograms:
    """Every candidate ever shown, to tell whether a buffer is one of them."""

    def __init__(self) -> None:
        self._fingerprints: dict[int, set[str]] = {}
        """By the number of line ends, so that a buffer that somebody types into is seldom taken apart."""

    def add(self, code: str) -> None:
        text = _LINE.sub("\n", without_directives(code)).strip()
        self._fingerprints.setdefault(text.count("\n"), set()).add(fingerprint(code))

    def __contains__(self, text: str) -> bool:
        n_lines = text.strip().count("\n")
        lengths = range(n_lines - len(find_directives(text)), n_lines + 1)
        return any(length in self._fingerprints for length in lengths) and any(
            fingerprint(text) in self._fingerprints.get(length, ()) for length in lengths
        )


def fingerprint(text: str) -> str:
    """Equal for programs that differ only in what editors change on saving, and in a directive or markers."""
    lines = (line.rstrip() for line in _LINE.split(without_directives(text).strip()))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def directive_line(source: Path, statement: Path) -> str:
    """The comment that names a source's statement."""
    relative = Path(os.path.relpath(statement, source.parent)).as_posix()
    comment = "#" if source.suffix.lower() == ".py" else "//"
    return f"{comment} alphacode: {relative}\n"


def without_directives(text: str) -> str:
    directives = {number for number, _ in find_directives(text)}
    return "\n".join(line for number, line in enumerate(_LINE.split(text)) if number not in directives)
