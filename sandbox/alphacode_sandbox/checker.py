"""Comparing what a program printed with what was expected."""

from dataclasses import dataclass
from enum import StrEnum


class CheckerKind(StrEnum):
    """The comparison modes."""

    TOKENS = "tokens"
    ALPHACODE = "alphacode"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Checker:
    """A comparison mode and its tolerance for numbers with a fraction."""

    kind: CheckerKind = CheckerKind.TOKENS
    tolerance: float | None = None

    @classmethod
    def named(cls, kind: str, tolerance: float | None = None) -> "Checker":
        """Raises ValueError, naming the known kinds, when `kind` is none of them."""
        try:
            return cls(CheckerKind(kind), tolerance)
        except ValueError:
            raise ValueError(f"unknown checker {kind!r}; known: {', '.join(CheckerKind)}") from None
