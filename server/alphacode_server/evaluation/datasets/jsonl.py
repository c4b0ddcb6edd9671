"""CodeContests rows in a file, a JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from alphacode_server.evaluation.datasets.codecontests import entry_of
from alphacode_server.evaluation.datasets.entry import DatasetError, Entry


def read_jsonl(path: Path) -> Iterator[Entry]:
    """A row at a time."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _entry(line, f"{path}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _entry(line: str, where: str) -> Entry:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("a row is a JSON object")
        return entry_of(row)
    except ValueError as error:
        raise DatasetError(f"{where}: {error}") from error
