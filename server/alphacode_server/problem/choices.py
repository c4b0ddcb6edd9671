"""Which statement the user chose for a source, kept in the workspace with relative paths, so that it survives a move.

.alphacode/choices.json      {"statements": {"round/main.cpp": "texts/castle.md"}}
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from alphacode_server.problem.whole_file import write_whole

STORED = ".alphacode"
"""The folder for what is kept beside sources: choices, and what Competitive Companion sent, as `<stem>.json`."""

FILE = Path(STORED) / "choices.json"


def chosen_statement(source: Path, read: Callable[[Path], str]) -> Path | None:
    """From the nearest folder above the source whose file names it. A file that cannot be read says nothing."""
    for folder in source.parents:
        try:
            statement = _statements(folder / FILE, read).get(source.relative_to(folder).as_posix())
        except (OSError, ValueError):
            continue
        if statement is not None:
            return Path(os.path.normpath(folder / statement))
    return None


def choose_statement(folder: Path, source: Path, statement: Path | None) -> Path:
    """Remember the choice in a folder above both, or forget it for None. Returns the file.

    Raises OSError, and ValueError where other choices could be lost.
    """
    file = folder / FILE
    try:
        statements = _statements(file, lambda path: path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file} cannot be read, and is not written over; mend or remove it") from error
    key = source.relative_to(folder).as_posix()
    statements.pop(key, None)
    if statement is not None:
        statements[key] = Path(os.path.relpath(statement, folder)).as_posix()
    write_whole(file, json.dumps({"statements": statements}, indent=1) + "\n")
    return file


def _statements(file: Path, read: Callable[[Path], str]) -> dict[str, str]:
    """Raises OSError, and ValueError where it holds no choices."""
    try:
        text = read(file)
    except FileNotFoundError:
        return {}
    match json.loads(text):
        case {"statements": dict(statements)}:
            return {source: statement for source, statement in statements.items() if isinstance(statement, str)}
    raise ValueError("it holds no choices")
