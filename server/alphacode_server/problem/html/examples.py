"""The examples of a page, where its elements and not only its words show which text is an input and which an output."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from bs4 import Tag

from alphacode_server.problem.html.markdown import STREAM, line_of
from alphacode_server.problem.labels import LabelKind, read_label


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds examples and nothing else on some judge's pages, as CSS selectors."""

    holder: str
    input: str
    output: str


_Pair = tuple[Tag, Tag]


def name_examples(statement: Tag, examples: Holder | None) -> None:
    """Reduce what holds examples to their texts, each marked with its stream and number."""
    numbers = count(1)
    for holder, pairs in _examples(statement, examples):
        for pair in pairs:
            number = next(numbers)
            for stream, text in zip(("input", "output"), pair, strict=True):
                text[STREAM] = f"{stream}{number}"
        if pairs:
            holder.replace_with(*(text for pair in pairs for text in pair))


def _examples(statement: Tag, examples: Holder | None) -> Iterator[tuple[Tag, list[_Pair]]]:
    if examples is not None:
        for holder in statement.select(examples.holder):
            yield holder, list(zip(holder.select(examples.input), holder.select(examples.output), strict=False))
    for table in statement.find_all("table"):
        yield table, list(_rows_of_examples(table))


def _rows_of_examples(table: Tag) -> Iterator[_Pair]:
    """Of a table, the rows below one that has labels for input and output side by side."""
    columns: tuple[int, int] | None = None
    for row in table.find_all("tr"):
        cells = row.find_all(["td", "th"], recursive=False)
        labels = [read_label(line_of(cell), 0) for cell in cells]
        kinds = [label.kind if label else None for label in labels]
        if LabelKind.INPUT in kinds and LabelKind.OUTPUT in kinds:
            columns = kinds.index(LabelKind.INPUT), kinds.index(LabelKind.OUTPUT)
        elif columns and len(cells) > max(columns):
            given, expected = (cells[column].find("pre") or cells[column] for column in columns)
            yield given, expected
