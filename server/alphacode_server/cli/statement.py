"""Reading the statement a command was given, and telling the user what could not be read."""

import sys
from pathlib import Path

from alphacode_server.cli.errors import UsageError
from alphacode_server.problem import ParsedStatement, Problem, parse_statement


def read_problem(path: Path) -> Problem:
    """The problem of a statement file; its findings go to standard error. Raises UsageError when it cannot be read."""
    parsed = _parse(path)
    for finding in parsed.findings:
        print(f"{path}:{finding.line + 1}: {finding.severity}: {finding.message} [{finding.code}]", file=sys.stderr)
    return parsed.problem


def _parse(path: Path) -> ParsedStatement:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; name a statement in Markdown or plain text") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the statement in it, for instance {path / 'problem.md'}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if not text.strip():
        raise UsageError(f"{path}: the file is empty; paste the statement into it")
    return parse_statement(text, path.name)
