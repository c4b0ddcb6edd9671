"""Reading the statement a command was given, and telling the user what could not be read."""

import sys
from pathlib import Path

from alphacode_server.cli.errors import UsageError
from alphacode_server.problem import ParsedStatement, Problem, parse_statement
from alphacode_server.problem.association import FILES_ON_DISK, stem_of
from alphacode_server.problem.intake import Intake, Statement, take_in
from alphacode_server.problem.statement_file import HEADING


def read_problem(path: Path) -> Problem:
    """The problem of a statement file, with the examples that contest tools keep beside it.

    What is off goes to standard error. Raises UsageError when the file cannot be read, or waits for its statement.
    """
    intake = read_intake(path.parent / stem_of(path), "", path)
    if intake.lacks_statement:
        raise UsageError(f"{path}: no statement yet; paste it below `{HEADING}`")
    assert intake.problem is not None
    return intake.problem


def read_intake(source: Path, text: str, path: Path | None) -> Intake:
    """All that is known about the problem of a source, whose statement is `path`. Reports and raises likewise."""
    parsed = _parse(path) if path else None
    intake = take_in(source, text, Statement(path, parsed) if path and parsed else None, FILES_ON_DISK)
    for finding in intake.findings:
        print(f"{path}:{finding.line + 1}: {finding.severity}: {finding.message} [{finding.code}]", file=sys.stderr)
    for conflict in intake.conflicts:
        print(
            f"{conflict.other.name}: warning: same input as {conflict.kept.name}, other output; that one counts "
            "[example-conflict]",
            file=sys.stderr,
        )
    for trouble in intake.troubles:
        print(f"{path or source}: information: {trouble}", file=sys.stderr)
    return intake


def _parse(path: Path) -> ParsedStatement:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; name a statement: Markdown, text, a saved web page or LaTeX") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the statement in it, for instance {path / 'problem.md'}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if not text.strip():
        raise UsageError(f"{path}: the file is empty; paste the statement into it")
    return parse_statement(text, path.name)
