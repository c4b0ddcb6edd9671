"""Flags of the default output validator of Kattis packages, as a checker."""

import math
from collections.abc import Iterator

from alphacode_sandbox import Checker, CheckerKind

_TOLERANCE, _ABSOLUTE, _RELATIVE = "float_tolerance", "float_absolute_tolerance", "float_relative_tolerance"
_WITH_TOLERANCE = (_TOLERANCE, _ABSOLUTE, _RELATIVE)
_WITHOUT_VALUE = ("case_sensitive", "space_change_sensitive")


def checker_of(flags: str) -> Checker:
    """Raises ValueError, naming the flag, when one is unknown or has no sensible value."""
    tolerances, words = _parsed(iter(flags.split()))
    ignore_case = "case_sensitive" not in words
    if tolerances:
        both = tolerances.get(_TOLERANCE, 0.0)
        absolute, relative = tolerances.get(_ABSOLUTE, both), tolerances.get(_RELATIVE, both)
        return Checker(CheckerKind.FLOAT, absolute, relative, ignore_case)
    # Without a tolerance numbers must be as they are printed.
    kind = CheckerKind.EXACT if "space_change_sensitive" in words else CheckerKind.TOKENS
    return Checker(kind, tolerance=0.0, ignore_case=ignore_case)


def _parsed(flags: Iterator[str]) -> tuple[dict[str, float], set[str]]:
    tolerances: dict[str, float] = {}
    words: set[str] = set()
    for flag in flags:
        if flag in _WITH_TOLERANCE:
            tolerances[flag] = _tolerance(flag, next(flags, ""))
        elif flag in _WITHOUT_VALUE:
            words.add(flag)
        else:
            raise ValueError(f"unknown flag `{flag}`; known: {', '.join(_WITH_TOLERANCE + _WITHOUT_VALUE)}")
    return tolerances, words


def _tolerance(flag: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise ValueError(f"`{flag}` needs a number that is not below 0, not `{text}`")
    return value
