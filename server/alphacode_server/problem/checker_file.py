"""Reading the program that judges what was printed, which a statement's `checker: program ./check.cpp` names."""

import re
from collections.abc import Callable
from pathlib import Path

from alphacode_sandbox import CheckerProgram, Program, language_of
from alphacode_server.problem.model import CheckerFile

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"(?P<name>[^"\n]+)".*$', re.MULTILINE)


class CheckerFileError(Exception):
    """The checker program cannot be used; the message names the file and the way out."""


def read_checker(named: CheckerFile, folder: Path, read: Callable[[Path], str]) -> CheckerProgram:
    """The program, which is compiled alone: what it includes from its own folder, such as testlib.h, is put into it.

    `folder` is the statement's. Raises CheckerFileError.
    """
    path = folder / named.path
    language = language_of(path)
    if language is None:
        raise CheckerFileError(f"the checker {named.path} is in no language that is known here")
    text = _text(path, named.path, read)
    if language.id.startswith("cpp"):
        text = _INCLUDE.sub(lambda match: _included(match, path.parent, read), text)
    return CheckerProgram(Program(language.id, text), named.form)


def _text(path: Path, name: str, read: Callable[[Path], str]) -> str:
    try:
        return read(path)
    except UnicodeDecodeError as error:
        raise CheckerFileError(f"the checker {name} is not UTF-8 text") from error
    except OSError as error:
        raise CheckerFileError(f"the checker {name} cannot be read: {error.strerror or error}") from error


def _included(match: re.Match[str], folder: Path, read: Callable[[Path], str]) -> str:
    """The file; the line as it is where there is none, so that the compiler says what it misses."""
    try:
        return read(folder / match["name"])
    except (OSError, UnicodeDecodeError):
        return match[0]
