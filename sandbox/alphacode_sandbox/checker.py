"""Comparing what a program printed with what was expected.

A kind of checker is a function from two texts to the first difference in words, or None; a new kind is a new
function in `_COMPARE`.

- tokens: words between white space; integers exactly, numbers with a fraction within a tolerance.
- lines: line by line; white space at the end of a line and blank lines at the end aside.
- exact: every character, the end of the last line aside.
- float: words, every number, integers too, within an absolute or a relative tolerance.
- alphacode: the comparison of the AlphaCode paper's evaluation, quirks included, for figures that must be comparable.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

DEFAULT_TOLERANCE = 1e-6
_ALPHACODE_TOLERANCE = 1e-5
_LONGEST_SHOWN = 40


class CheckerKind(StrEnum):
    """The comparison modes."""

    TOKENS = "tokens"
    LINES = "lines"
    EXACT = "exact"
    FLOAT = "float"
    ALPHACODE = "alphacode"


@dataclass(frozen=True, slots=True)
class Checker:
    """A comparison mode and, where it compares numbers, its tolerances; a number within one of them is right."""

    kind: CheckerKind = CheckerKind.TOKENS
    tolerance: float | None = None
    """Absolute, and relative too unless `relative` says another; 1e-6 where nothing is said."""
    relative: float | None = None
    """Relative to the expected number; 0 leaves the absolute tolerance alone."""
    ignore_case: bool = False
    """Whether `YES` is `yes`, as it is in Kattis packages unless they say otherwise."""

    @classmethod
    def named(cls, kind: str, tolerance: float | None = None) -> "Checker":
        """Raises ValueError, naming the known kinds, when `kind` is none of them."""
        try:
            return cls(CheckerKind(kind), tolerance)
        except ValueError:
            raise ValueError(f"unknown checker {kind!r}; known: {', '.join(CheckerKind)}") from None

    def difference(self, expected: str, actual: str) -> str | None:
        """The first difference, such as "line 1: expected `6`, got `5`"; None when the output is right."""
        if expected == actual:
            return None
        absolute = DEFAULT_TOLERANCE if self.tolerance is None else self.tolerance
        relative = absolute if self.relative is None else self.relative
        if self.ignore_case:
            expected, actual = expected.lower(), actual.lower()
        return _COMPARE[self.kind](expected, actual, Tolerance(absolute, relative))


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be off."""

    absolute: float
    relative: float

    def covers(self, expected: float, actual: float) -> bool:
        """Whether either tolerance is kept; infinities and nan are near nothing."""
        return abs(expected - actual) <= max(self.absolute, self.relative * abs(expected)) < math.inf


def _tokens(expected: str, actual: str, tolerance: Tolerance) -> str | None:
    return _by_token(expected, actual, lambda one, other: _same_token(one, other, tolerance))


def _float(expected: str, actual: str, tolerance: Tolerance) -> str | None:
    return _by_token(expected, actual, lambda one, other: one == other or _near(one, other, tolerance))


def _alphacode(expected: str, actual: str, _tolerance: Tolerance) -> str | None:
    """Lower-cased, the same words; or as many words, each pair of them equal or two numbers less than 1e-5 apart."""
    expected, actual = expected.lower(), actual.lower()
    if expected.split() == actual.split():
        return None
    return _by_token(expected, actual, _same_alphacode_token)


def _lines(expected: str, actual: str, _tolerance: Tolerance) -> str | None:
    wanted, got = ([line.rstrip() for line in text.rstrip().split("\n")] for text in (expected, actual))
    return _by_line(wanted, got)


def _exact(expected: str, actual: str, _tolerance: Tolerance) -> str | None:
    return _by_line(expected.removesuffix("\n").split("\n"), actual.removesuffix("\n").split("\n"))


Comparison = Callable[[str, str, Tolerance], str | None]

_COMPARE: dict[CheckerKind, Comparison] = {
    CheckerKind.TOKENS: _tokens,
    CheckerKind.LINES: _lines,
    CheckerKind.EXACT: _exact,
    CheckerKind.FLOAT: _float,
    CheckerKind.ALPHACODE: _alphacode,
}


def _by_line(wanted: list[str], got: list[str]) -> str | None:
    for number, (want, have) in enumerate(zip(wanted, got, strict=False), 1):
        if want != have:
            return f"line {number}: expected {_shown(want)}, got {_shown(have)}"
    if len(got) > len(wanted):
        return f"line {len(wanted) + 1}: extra output {_shown(got[len(wanted)])}"
    if len(got) < len(wanted):
        return f"line {len(got) + 1}: expected {_shown(wanted[len(got)])}, but the output ends"
    return None


def _by_token(expected: str, actual: str, same: Callable[[str, str], bool]) -> str | None:
    wanted, got = expected.split(), actual.split()
    if wanted and not got:
        return f"the output is empty, expected {_shown(wanted[0])}"
    for index, (want, have) in enumerate(zip(wanted, got, strict=False)):
        if not same(want, have):
            return f"line {_line_of(actual, index)}: expected {_shown(want)}, got {_shown(have)}"
    if len(got) > len(wanted):
        return f"line {_line_of(actual, len(wanted))}: extra output {_shown(got[len(wanted)])}"
    if len(got) < len(wanted):
        return f"line {_line_of(actual, len(got) - 1)}: expected {_shown(wanted[len(got)])} next, but the output ends"
    return None


_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _same_token(expected: str, actual: str, tolerance: Tolerance) -> bool:
    """Integers may differ by leading zeros and a plus sign only."""
    if expected == actual:
        return True
    if _INTEGER.fullmatch(expected) and _INTEGER.fullmatch(actual):
        return _plain(expected) == _plain(actual)
    return _near(expected, actual, tolerance)


def _near(expected: str, actual: str, tolerance: Tolerance) -> bool:
    if not (_DECIMAL.fullmatch(expected) and _DECIMAL.fullmatch(actual)):
        return False
    return tolerance.covers(float(expected), float(actual))


def _plain(integer: str) -> str:
    """Text, not int: Python refuses to read integers of more than 4300 digits."""
    digits = integer.lstrip("+-").lstrip("0") or "0"
    return "-" + digits if integer.startswith("-") and digits != "0" else digits


# What C's strtod reads, lower-cased. Python's float would also take `1_000` and leave out hexadecimal.
_STRTOD = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII)
_STRTOD_HEX = re.compile(r"[+-]?0x([0-9a-f]+(\.[0-9a-f]*)?|\.[0-9a-f]+)(p[+-]?\d+)?", re.ASCII)
_STRTOD_NAMED = re.compile(r"[+-]?(inf|infinity|nan(\([0-9a-z_]*\))?)", re.ASCII)


def _same_alphacode_token(expected: str, actual: str) -> bool:
    """Integers are compared as numbers with a fraction too, beyond 2**53 inexactly, and nan and inf equal nothing."""
    want, have = _strtod(expected), _strtod(actual)
    if want is None or have is None:
        return expected == actual
    return abs(want - have) < _ALPHACODE_TOLERANCE


def _strtod(token: str) -> float | None:
    if _STRTOD.fullmatch(token):
        return float(token)
    if _STRTOD_HEX.fullmatch(token):
        return float.fromhex(token)
    if _STRTOD_NAMED.fullmatch(token):
        return float("nan") if "nan" in token else float(token)
    return None


def _line_of(text: str, index: int) -> int:
    """The line, from 1, on which token number `index` stands; 1 when there is no token."""
    for number, count in enumerate(_tokens_up_to_line(text), 1):
        if count > index:
            return number
    return 1


def _tokens_up_to_line(text: str) -> Iterator[int]:
    count = 0
    for line in text.split("\n"):
        count += len(line.split())
        yield count


def _shown(text: str) -> str:
    if len(text) <= _LONGEST_SHOWN:
        return f"`{text}`"
    return f"`{text[:_LONGEST_SHOWN]}…` ({len(text)} characters)"
