"""The shape of an input: what all examples have in common, the best guess at what is valid without a validator.

A shape is a set of facts, each true of every example: how many lines and tokens there are, of what kinds, which number
counts which lines or tokens, what is never negative, in order, or distinct. An input with all of them fits.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

Line = list[str]
_Known = TypeVar("_Known")

HEAD = 3
"""Lines at the top, and tokens and columns from the left, that may have a meaning of their own."""
ENOUGH_BITS, ENOUGH_FOR_COUNT = 6.0, 3.0
"""Bits of surprise, over all examples, that it takes for no coincidence. Numbers that count are no surprise as such."""
CERTAIN = math.inf

_VALUES = ("never negative", "never zero", "distinct", "in order", "order")
_OF_WIDTH = ("width", "width of all", *(f"{fact} of column {c}" for fact in _VALUES for c in range(HEAD + 1)))
"""Facts that change with the number of tokens in a line."""

_KINDS = {
    "integer": re.compile(r"0|-?[1-9]\d*"),
    "decimal": re.compile(r"-?\d+\.\d+"),
    "word": re.compile(r"[^\W\d_]+"),
}


class Fact(NamedTuple):
    """Something that is true of an input. Of a line that is not there, everything is."""

    line: int
    """From the top; many facts are about all lines from this one on."""
    name: str
    value: object = True


class Count(NamedTuple):
    """A number of the input that says how many there are of something."""

    line: int
    place: int
    counted: str
    """`lines` after this one, `tokens` or `letters` of the line `of`."""
    of: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What the examples of a problem share."""

    counts: frozenset[Count]
    facts: frozenset[Fact]

    def fits(self, text: str) -> bool:
        """Whether a text has everything that the examples share."""
        lines = lines_of(text)
        counts, facts = self.counts - dict(_counts(lines)).keys(), self.facts - dict(_facts(lines)).keys()
        return all(each.of >= len(lines) for each in counts) and all(fact.line >= len(lines) for fact in facts)


def shape_of(examples: Sequence[str]) -> Shape:
    """Of no example at all, the shape that every text fits."""
    texts = [lines_of(text) for text in examples]
    counts = _plausible(_shared([dict(_counts(lines)) for lines in texts], ENOUGH_FOR_COUNT))
    facts = _shared([dict(_facts(lines)) for lines in texts], ENOUGH_BITS)
    # What a number counts is as many as it says, and not as many as in the examples.
    widest = max((each.of for each in counts if each.counted == "tokens"), default=-1)
    is_long = any(each.counted == "lines" for each in counts)
    free = {(i, name) for i in range(widest + 1) for name in _OF_WIDTH} | ({(0, "lines")} if is_long else set())
    return Shape(counts, frozenset(fact for fact in facts if (fact.line, fact.name) not in free))


def lines_of(text: str) -> list[Line]:
    """Tokens by line, without empty lines at the end."""
    return [line.split() for line in text.rstrip().split("\n")]


def _shared(examples: Sequence[Mapping[_Known, float]], enough: float) -> frozenset[_Known]:
    """What is true of every example, and surprising enough."""
    common = set.intersection(*map(set, examples)) if examples else set()
    return frozenset(each for each in common if sum(bits[each] for bits in examples) >= enough)


def _plausible(counts: frozenset[Count]) -> frozenset[Count]:
    """Without those that are coincidences beside a number of lines: what is in such lines counts nothing.

    Another number may count the tokens or letters of each of them, as the two first lines show.
    """
    rows = min((each.line for each in counts if each.counted == "lines"), default=None)
    if rows is None:
        return counts
    by_lines = {(each.line, each.place) for each in counts if each.counted == "lines" and each.line == rows}
    in_rows = (rows + 1, rows + 2)
    return frozenset(
        each
        for each in counts
        if each.line <= rows
        and (
            (each.counted == "lines" and each.line == rows)
            or each.of <= rows
            or ((each.line, each.place) not in by_lines and all(each._replace(of=j) in counts for j in in_rows))
        )
    )


def _counts(lines: Sequence[Line]) -> Iterator[tuple[Count, float]]:
    """With bits: the larger a number, the more of a coincidence it would be."""
    for i, line in enumerate(lines[:HEAD]):
        for place, value in enumerate(map(_integer, line[:HEAD])):
            if not value or value < 0:
                continue
            bits = 1.5 * math.log2(1 + value)
            if len(lines) - i - 1 == value:
                yield Count(i, place, "lines", i), bits
            for j in range(i + 1, min(i + 1 + HEAD, len(lines))):
                if len(lines[j]) == value:
                    yield Count(i, place, "tokens", j), bits
                if len(lines[j]) == 1 and len(lines[j][0]) == value:
                    yield Count(i, place, "letters", j), bits


def _facts(lines: Sequence[Line]) -> Iterator[tuple[Fact, float]]:
    # A fixed number of lines is small, more of them are rows of which there happen to be so many.
    yield Fact(0, "lines", len(lines)), CERTAIN if len(lines) <= HEAD else 1
    yield from _bounds(lines[0], [token for row in lines[1:] for token in row])
    for i, line in enumerate(lines[:HEAD]):
        rest = lines[i:]
        yield Fact(i, "width", len(line)), CERTAIN
        yield Fact(i, "kinds", frozenset(map(_kind, line))), CERTAIN
        yield Fact(i, "kinds of all", frozenset(_kind(token) for row in rest for token in row)), CERTAIN
        yield from _facts_of_values(i, "", line)
        yield from _facts_of_values(i, " of all", [token for row in rest for token in row])
        widths = {len(row) for row in rest}
        if len(widths) == 1:
            yield Fact(i, "width of all", *widths), CERTAIN
            columns = list(zip(*rest, strict=True))[: HEAD + 1]
            for c, column in enumerate(columns):
                yield from _facts_of_values(i, f" of column {c}", column)
            yield from _orders(i, columns)


def _facts_of_values(i: int, where: str, tokens: Sequence[str]) -> Iterator[tuple[Fact, float]]:
    values = [_integer(token) for token in tokens]
    numbers = [value for value in values if value is not None]
    if all(number >= 0 for number in numbers):
        yield Fact(i, f"never negative{where}"), CERTAIN
    if all(number >= 1 for number in numbers):
        yield Fact(i, f"never zero{where}"), len(numbers) / 2
    if len(numbers) == len(tokens):
        n = len(numbers)
        if len(set(numbers)) == n:
            # The more of their range they fill, the less of an accident it is that no two are the same.
            width = max(numbers) - min(numbers) + 1 if numbers else 1
            yield Fact(i, f"distinct{where}"), n * (n - 1) / 2 / width / math.log(2)
        if numbers == sorted(numbers):
            # Half of what chance would say, as people like examples in order; likewise below.
            yield Fact(i, f"in order{where}"), math.lgamma(n + 1) / math.log(2) / 2


def _bounds(line: Line, below: Sequence[str]) -> Iterator[tuple[Fact, float]]:
    """Which number of the first line bounds all those below it, as the number of nodes does where edges follow."""
    numbers = [_integer(token) for token in below]
    highest = max((number for number in numbers if number is not None), default=0)
    for place, value in enumerate(map(_integer, line[:HEAD])):
        if value is not None and highest <= value:
            yield Fact(0, "bounded", place), 3 if highest == value else 0.5


def _orders(i: int, columns: Sequence[Sequence[str]]) -> Iterator[tuple[Fact, float]]:
    """Neighbouring columns of which one is never, or nowhere, less than the other."""
    for c in range(len(columns) - 1):
        pairs = [(_integer(a), _integer(b)) for a, b in zip(columns[c], columns[c + 1], strict=True)]
        numbers = [(a, b) for a, b in pairs if a is not None and b is not None]
        if len(numbers) == len(pairs):
            signs = {(a > b) - (a < b) for a, b in numbers}
            for fact, allowed in (("<", {-1}), ("<=", {-1, 0}), (">", {1}), (">=", {0, 1})):
                if signs <= allowed:
                    yield Fact(i, f"order of column {c}", fact), len(numbers) / 2


def _kind(token: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(token)), "other")


def _integer(token: str) -> int | None:
    return int(token) if len(token) < 20 and _KINDS["integer"].fullmatch(token) else None
