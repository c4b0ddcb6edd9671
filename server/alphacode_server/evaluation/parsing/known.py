"""A statement of which it is known what should be read from it, and how many of a set are read so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alphacode_sandbox import Case


@dataclass(frozen=True, slots=True)
class Known:
    """One statement of a set."""

    name: str
    check: Callable[[], str]
    """Reads it, and says in words what is wrong with the result; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Statements of one kind."""

    kind: str
    statements: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement that was read wrongly."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a set."""

    kind: str
    n: int
    failures: tuple[Failure, ...]

    @property
    def right(self) -> int:
        return self.n - len(self.failures)


def score(known: KnownSet) -> Score:
    """Reads every statement of a set."""
    reasons = ((statement.name, _reason(statement)) for statement in known.statements)
    return Score(known.kind, len(known.statements), tuple(Failure(*pair) for pair in reasons if pair[1]))


def _reason(statement: Known) -> str:
    try:
        return statement.check()
    except Exception as error:
        # Reading never fails: where it does, that is one more statement that was read wrongly.
        return f"raised {type(error).__name__}: {error}"


def first_difference(expected: Sequence[Case], found: Sequence[Case]) -> str:
    """What is wrong with the examples that were found, in words; empty when they are the expected ones."""
    for number, (wanted, got) in enumerate(zip(expected, found, strict=False), 1):
        for stream, one, other in (("input", wanted.input, got.input), ("output", wanted.expected, got.expected)):
            if one != other:
                return f"example {number}: expected {stream} {_shown(one)}, found {_shown(other)}"
    return "" if len(expected) == len(found) else f"expected {len(expected)} examples, found {len(found)}"


def all_of(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


def differs(field: str, expected: object, found: object) -> str:
    return "" if expected == found else f"expected {field} {_shown(expected)}, found {_shown(found)}"


def distinct(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Each once: a statement may show an example twice."""
    return tuple(dict.fromkeys(cases))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
