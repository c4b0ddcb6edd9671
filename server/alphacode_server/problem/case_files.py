"""Cases on disk: every `name.in` with its `name.ans` or `name.out`, in a folder and the folders below it."""

from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import Case

ANSWERS = (".ans", ".out")


class FolderError(Exception):
    """A folder of tests or of a whole problem cannot be used; the message names the file and the way out."""


@dataclass(frozen=True, slots=True)
class NamedCase:
    """A case and what its files are called, such as `tests/02-large`."""

    name: str
    case: Case


def read_cases(folder: Path, prefix: str = "") -> tuple[NamedCase, ...]:
    """The cases of a folder, by name. Raises FolderError when there is none, or when an answer is missing."""
    cases = tuple(_read(file, prefix + _name(file, folder)) for file in _inputs(folder))
    if not cases:
        raise FolderError(f"{folder}: no .in files with their .ans")
    return cases


def has_cases(folder: Path) -> bool:
    """Whether there is an input anywhere in a folder, which need not exist."""
    return any(folder.rglob("*.in"))


def _inputs(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.in"), key=lambda file: _name(file, folder))


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).with_suffix("").as_posix()


def _read(file: Path, name: str) -> NamedCase:
    answer = next((f for f in map(file.with_suffix, ANSWERS) if f.exists()), None)
    if answer is None:
        raise FolderError(f"{file} has no answer beside it; add {file.with_suffix('.ans').name}")
    return NamedCase(name, Case(read_text(file), read_text(answer)))


def read_text(file: Path) -> str:
    """The text of a file, line ends as they are. Raises FolderError."""
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FolderError(f"{file}: cannot be read as UTF-8 text: {error}") from error
