"""The `---` block at the top of a statement file: flat `key: value` lines, a subset of what YAML would read.

A line that cannot be used is a finding and changes nothing else.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alphacode_sandbox import Checker, CheckerForm, CheckerKind
from alphacode_server.problem.limits import parse_memory_mb, parse_time_ms
from alphacode_server.problem.model import CheckerFile, Finding, Severity

_KEY_LINE = re.compile(r"([A-Za-z_][\w -]{0,40}?)\s*:(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the block said. `fields` are keyword arguments of Problem; a key that was absent is absent here."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    n_lines: int = 0
    """How many lines the block takes, its two rules included; the statement starts after them."""


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    end = _end_of_block(lines)
    if end is None:
        return FrontMatter(findings=_unclosed(lines))
    fields: dict[str, Any] = {}
    findings: list[Finding] = []
    seen: set[str] = set()
    for number in range(1, end):
        line = lines[number].strip()
        if not line or line.startswith("#"):
            continue
        try:
            key, value = _key_and_value(line)
            if key in seen:
                raise _BadValueError(f"`{key}` is given twice; the first one counts")
            seen.add(key)
            if value:
                fields.update(_READERS[key](value))
        except _BadValueError as problem:
            findings.append(_finding(str(problem), number))
    return FrontMatter(fields, tuple(findings), end + 1)


class _BadValueError(Exception):
    """The message says what was expected; it becomes a finding."""


def _end_of_block(lines: Sequence[str]) -> int | None:
    if not _opens(lines):
        return None
    return next((number for number in range(1, len(lines)) if lines[number].rstrip() in ("---", "...")), None)


def _opens(lines: Sequence[str]) -> bool:
    """A rule alone may also be a thematic break; a key on the next line that says anything makes it front matter."""
    if not lines or lines[0].rstrip() != "---":
        return False
    first = next((line.strip() for line in lines[1:] if line.strip() and not line.lstrip().startswith("#")), "")
    return first == "---" or _KEY_LINE.fullmatch(first) is not None


def _unclosed(lines: Sequence[str]) -> tuple[Finding, ...]:
    if not _opens(lines):
        return ()
    return (_finding("the front matter that starts here is not closed; end it with a line `---`", 0),)


def _finding(message: str, line: int) -> Finding:
    return Finding("bad-front-matter", Severity.WARNING, message, line)


def _key_and_value(line: str) -> tuple[str, str]:
    match = _KEY_LINE.fullmatch(line)
    if match is None:
        raise _BadValueError(f"expected `key: value`, found `{line[:60]}`")
    key = match[1]
    if key not in _READERS:
        nearest = difflib.get_close_matches(key.lower(), _READERS, n=1)
        hint = f"; did you mean `{nearest[0]}`?" if nearest else f"; known keys: {', '.join(_READERS)}"
        raise _BadValueError(f"unknown key `{key}`{hint}")
    return key, _unquoted((match[2] or "").strip())


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _text(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda value: {name: value}


def _time_limit(value: str) -> dict[str, Any]:
    milliseconds = parse_time_ms(value)
    if milliseconds is None:
        raise _BadValueError(f"`time_limit: {value[:40]}` is no time; write `2s`, `1500ms` or `2 seconds`")
    return {"time_limit_ms": milliseconds}


def _memory_limit(value: str) -> dict[str, Any]:
    megabytes = parse_memory_mb(value)
    if megabytes is None:
        raise _BadValueError(f"`memory_limit: {value[:40]}` is no amount of memory; write `256 MB` or `1 GB`")
    return {"memory_limit_mb": megabytes}


def _checker(value: str) -> dict[str, Any]:
    kind, _, argument = value.partition(" ")
    if kind == "float":
        return {"checker": Checker(CheckerKind.FLOAT, _tolerance(argument.strip()))}
    known = {name.value: name for name in CheckerKind if name is not CheckerKind.FLOAT}
    if kind in known and not argument:
        return {"checker": Checker(known[kind])}
    if kind == "program":
        return {"checker_file": _checker_file(argument.strip())}
    raise _BadValueError(f"unknown checker `{value[:40]}`; known: {', '.join(known)}, float 1e-6, program ./check.cpp")


def _checker_file(value: str) -> CheckerFile:
    """`./check.cpp`, or `./check.cpp kattis` for a program that is called the way Kattis does it."""
    path, _, form = value.rpartition(" ")
    if form not in tuple(CheckerForm):
        path, form = value, CheckerForm.TESTLIB
    if not path.strip():
        example = "`program ./check.cpp` or `program ./check.py kattis`"
        raise _BadValueError(f"`checker: program` needs a file, as in {example}")
    return CheckerFile(path.strip(), CheckerForm(form))


def _tolerance(value: str) -> float:
    try:
        tolerance = float(value)
    except ValueError:
        tolerance = math.nan
    if not 0 < tolerance < 1:
        raise _BadValueError(f"`checker: float {value[:40]}` needs a tolerance between 0 and 1, such as `float 1e-6`")
    return tolerance


def _yes_or_no(key: str) -> Callable[[str], dict[str, Any]]:
    def read(value: str) -> dict[str, Any]:
        meaning = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}.get(value.lower())
        if meaning is None:
            raise _BadValueError(f"`{key}: {value[:40]}` should be yes or no")
        return {key: meaning}

    return read


def _standard_stream(key: str, names: tuple[str, ...]) -> Callable[[str], dict[str, Any]]:
    def read(value: str) -> dict[str, Any]:
        if value.lower() not in names:
            raise _BadValueError(f"`{key}: {value[:40]}`: files are not supported yet; programs use {names[0]}")
        return {}

    return read


def _rating(value: str) -> dict[str, Any]:
    if re.fullmatch(r"[0-9]{1,5}", value) is None:
        raise _BadValueError(f"`rating: {value[:40]}` should be a whole number such as 1900")
    return {"rating": int(value)}


def _names(key: str) -> Callable[[str], dict[str, Any]]:
    def read(value: str) -> dict[str, Any]:
        inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
        return {key: tuple(name for part in inner.split(",") if (name := _unquoted(part.strip())))}

    return read


_READERS: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "title": _text("title"),
    "url": _text("url"),
    "time_limit": _time_limit,
    "memory_limit": _memory_limit,
    "checker": _checker,
    "interactive": _yes_or_no("interactive"),
    "input": _standard_stream("input", ("stdin", "standard input")),
    "output": _standard_stream("output", ("stdout", "standard output")),
    "rating": _rating,
    "tags": _names("tags"),
    "files": _names("files"),
    "contest_over": _yes_or_no("contest_over"),
}
