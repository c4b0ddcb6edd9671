"""Flags of the default output validator of Kattis packages, as a checker."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from alphacode_sandbox import Checker, CheckerKind

_WITH_TOLERANCE = ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance")
_WITHOUT_VALUE = ("case_sensitive", "space_change_sensitive")


def checker_of(flags: str) -> Checker:
    """Raises ValueError, naming the flag, when one is unknown or has no sensible value."""
    tolerances, words = _parsed(iter(flags.split()))
    kind = CheckerKind.EXACT if "space_change_sensitive" in words and not tolerances else CheckerKind.TOKENS
    # Without a tolerance numbers must be as they are printed. Of two tolerances, keeping either is enough.
    checker = Checker if "case_sensitive" in words else IgnoringCase
    return checker(kind, max(tolerances, default=0.0))


@dataclass(frozen=True, slots=True)
class IgnoringCase(Checker):
    """A comparison for which `YES` is `yes`, as it is in Kattis packages unless they say otherwise."""

    def difference(self, expected: str, actual: str) -> str | None:
        """The first difference, its words in lower case."""
        # Not super(): a class with slots is made anew, and super() would look for the first one.
        return Checker.difference(self, expected.lower(), actual.lower())


def _parsed(flags: Iterator[str]) -> tuple[list[float], set[str]]:
    tolerances, words = [], set()
    for flag in flags:
        if flag in _WITH_TOLERANCE:
            tolerances.append(_tolerance(flag, next(flags, "")))
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
