"""Files for received problems: a program, a statement to paste the text into, and the payload as it came.

    main.cpp   main.md   .alphacode/main.json

Nothing that exists is written over. A problem that was received before keeps the files that it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import LANGUAGES
from alphacode_server.companion.receiving import Received
from alphacode_server.companion.template import source_text
from alphacode_server.problem.association import stem_of
from alphacode_server.problem.choices import STORED
from alphacode_server.problem.companion import Payload, PayloadError, read_payload
from alphacode_server.problem.file_stem import file_stem
from alphacode_server.problem.statement_file import statement_file

_VERSION = 1
"""Of what is kept besides the payload itself."""


class ImportFailed(Exception):
    """A file could not be written; the message names it."""


@dataclass(frozen=True, slots=True)
class SourceTemplate:
    """What new programs are written in, and the text they start from; None is a few lines of ours."""

    language: str = "cpp"
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A problem's files, new or as they were."""

    name: str
    source: Path
    statement: Path
    stored: Path
    written: tuple[Path, ...]
    """Those that are new."""


def import_problems(delivery: Sequence[Received], folder: Path, template: SourceTemplate) -> tuple[Imported, ...]:
    """One problem goes into the folder, several into one below it that is called after their contest.

    Raises ImportFailed; what was written before stays.
    """
    if len(delivery) > 1:
        folder /= file_stem(delivery[0].payload.group or "contest")
    try:
        return tuple(_import(received, folder, template) for received in delivery)
    except OSError as error:
        raise ImportFailed(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error


def _import(received: Received, folder: Path, template: SourceTemplate) -> Imported:
    payload = received.payload
    (folder / STORED).mkdir(parents=True, exist_ok=True)
    stem = _stem_received_before(payload, folder) or file_stem(payload.name, _taken(folder))
    texts = {
        folder / f"{stem}{LANGUAGES[template.language].suffixes[0]}": source_text(
            payload, template.language, template.text
        ),
        folder / f"{stem}.md": statement_file(payload),
        folder / STORED / f"{stem}.json": _stored(received.body),
    }
    written = tuple(file for file, text in texts.items() if _write_new(file, text))
    source, statement, stored = texts
    return Imported(payload.name, source, statement, stored, written)


def _stem_received_before(payload: Payload, folder: Path) -> str | None:
    for file in sorted((folder / STORED).glob("*.json")):
        try:
            known = read_payload(file.read_bytes())
        except (OSError, PayloadError):
            continue
        if (known.name, known.url) == (payload.name, payload.url):
            return file.stem
    return None


def _taken(folder: Path) -> set[str]:
    return {stem_of(file) for place in (folder, folder / STORED) for file in place.iterdir()}


def _stored(body: bytes) -> str:
    """The payload as it came, character for character, behind the version of what we add to it."""
    _, _, fields = body.decode("utf-8-sig").partition("{")
    return f'{{"alphacode": {{"version": {_VERSION}}},\n{fields.rstrip()}\n'


def _write_new(file: Path, text: str) -> bool:
    """False where there is something of this name already, a link to nowhere included."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as fresh:
            fresh.write(text)
    except FileExistsError:
        return False
    return True
