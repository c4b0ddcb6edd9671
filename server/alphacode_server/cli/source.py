"""Reading the program a command was given, and finding its statement."""

from pathlib import Path

from alphacode_sandbox import LANGUAGES, Checker, CheckerProgram, Program, language_of
from alphacode_server.cli.errors import UsageError
from alphacode_server.problem import Problem
from alphacode_server.problem.association import FILES_ON_DISK, Association
from alphacode_server.problem.checker_file import CheckerFileError, read_checker


def read_program(source: Path, language_id: str | None) -> Program:
    language = LANGUAGES[language_id] if language_id else language_of(source)
    if language is None:
        endings = ", ".join(dict.fromkeys(known.suffixes[0] for known in LANGUAGES.values()))
        raise UsageError(f"{source}: unknown language; name a file that ends in one of {endings}, or use --language")
    try:
        return Program(language.id, source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: cannot be read: {error}") from error


def statement_of(found: Association, source: Path) -> Path | None:
    """None where there is no statement: the cases beside the program may be enough."""
    if found.candidates:
        names = ", ".join(path.name for path in found.candidates)
        raise UsageError(f"several statements match {source}: {names}; choose one with --problem")
    return found.match.path if found.match else None


def checker_of(problem: Problem, statement: Path | None) -> Checker | CheckerProgram:
    """The program that the statement names, or its comparison."""
    if problem.checker_file is None or statement is None:
        return problem.checker
    try:
        return read_checker(problem.checker_file, statement.parent, FILES_ON_DISK.read)
    except CheckerFileError as error:
        raise UsageError(f"{statement}: {error}") from error
