"""Which known statements there are below a folder. A set shows by what its files hold, whatever they are called."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from alphacode_server.evaluation.parsing.codecontests import known_row
from alphacode_server.evaluation.parsing.companion import known_fixture
from alphacode_server.evaluation.parsing.folders import is_known_folder, known_folder
from alphacode_server.evaluation.parsing.known import Known, KnownSet
from alphacode_server.evaluation.parsing.livecodebench import known_question
from alphacode_server.evaluation.parsing.pages import is_known_page, known_page

_PAGES, _FOLDERS = "saved pages", "problem folders"
_FIXTURES, _ROWS, _QUESTIONS = "Competitive Companion fixtures", "CodeContests rows", "LiveCodeBench questions"
_READERS: dict[str, Callable[[Any], Known]] = {_FIXTURES: known_fixture, _ROWS: known_row, _QUESTIONS: known_question}
_FIELDS = {
    _FIXTURES: {"url", "parser", "result"},
    _ROWS: {"name", "description", "tests"},
    _QUESTIONS: {"question_id", "question_content"},
}


def find_sets(folder: Path) -> Iterator[KnownSet]:
    """The sets, each with its statements by name. Folders whose name begins with a dot are passed over."""
    found: dict[str, list[Known]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        path = Path(place)
        if is_known_page(path):
            found.setdefault(_PAGES, []).append(known_page(path))
        elif is_known_folder(path):
            found.setdefault(_FOLDERS, []).append(known_folder(path, path.relative_to(folder).as_posix()))
            folders.clear()
        else:
            for name in sorted(names):
                for kind, statement in _in_file(path / name):
                    found.setdefault(kind, []).append(statement)
    for kind in (_FIXTURES, _PAGES, _FOLDERS, _ROWS, _QUESTIONS):
        if kind in found:
            yield KnownSet(kind, tuple(found[kind]))


def _in_file(file: Path) -> Iterator[tuple[str, Known]]:
    if file.suffix == ".json":
        value = _value(file.read_text(encoding="utf-8", errors="replace"))
        if (kind := _kind(value)) == _FIXTURES:
            yield kind, known_fixture({**value, "name": file.stem})
    elif file.suffix == ".jsonl":
        with file.open(encoding="utf-8", errors="replace") as lines:
            kind = _kind(_value(next(lines, "")))
            if kind:
                lines.seek(0)
                yield from ((kind, _READERS[kind](json.loads(line))) for line in lines if line.strip())


def _value(text: str) -> Any:
    """None for what is no JSON, and so none of ours."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _kind(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((kind for kind, fields in _FIELDS.items() if fields <= value.keys()), None)
