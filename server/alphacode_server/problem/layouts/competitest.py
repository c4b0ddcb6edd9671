"""The one file in which competitest, a plugin of Neovim, can keep all cases of a source: a Lua table in MessagePack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alphacode_sandbox import Case


class SingleFileError(Exception):
    """The file is not what competitest writes."""


def single_file_of(source: Path) -> Path:
    return source.with_suffix(".testcases")


def read_single_file(data: bytes) -> tuple[Case, ...]:
    """The cases in the order of their numbers. Raises SingleFileError."""
    import umsgpack

    try:
        table = umsgpack.unpackb(data)
    except (umsgpack.UnpackException, TypeError, ValueError) as error:
        raise SingleFileError(f"it is no MessagePack: {error}") from error
    if isinstance(table, list):  # An empty table, or one whose numbers begin at 1.
        table = dict(enumerate(table, 1))
    if not isinstance(table, Mapping):
        raise SingleFileError("it holds no table of cases")
    numbered = [(number, case) for number, case in table.items() if isinstance(number, int)]
    return tuple(_case(number, case) for number, case in sorted(numbered, key=lambda each: each[0]))


def _case(number: int, case: Any) -> Case:
    if not isinstance(case, Mapping) or not isinstance(case.get("input"), str):
        raise SingleFileError(f"case {number} has no text as its input")
    expected = case.get("output")
    # An empty output is one that waits for its answer.
    return Case(case["input"], expected if isinstance(expected, str) and expected else None)
