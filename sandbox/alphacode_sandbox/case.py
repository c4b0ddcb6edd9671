"""A case: what a program reads and what it should print."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One input, and the expected output where it is known."""

    input: str
    expected: str | None = None
