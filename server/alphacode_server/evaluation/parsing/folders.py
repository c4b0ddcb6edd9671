"""Problem folders: the statement that is found for a source in them, with the title and the samples of the folder."""

import re
from collections.abc import Sequence
from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.evaluation.parsing.known import Known, all_of, differs, first_difference
from alphacode_server.problem import parse_statement
from alphacode_server.problem.association import FILES_ON_DISK, find_statement
from alphacode_server.problem.case_files import has_cases, read_cases, read_text
from alphacode_server.problem.folder import LAYOUTS
from alphacode_server.problem.intake import Statement, take_in
from alphacode_server.problem.package import read_package

_SOURCE = "main.cpp"
"""Need not exist."""
_SETTINGS = ("problem.json", "problem.yaml")
_MATH = re.compile(r"\$\$.*?\$\$|\$.*?\$|\\\[.*?\\\]|\\\(.*?\\\)|`[^`\n]*`", re.DOTALL)
_COMMAND = re.compile(r"\\[A-Za-z]+")


def is_known_folder(folder: Path) -> bool:
    has_settings = any((folder / name).is_file() for name in _SETTINGS)
    return has_settings and any(has_cases(folder / samples) for samples, _ in LAYOUTS)


def known_folder(folder: Path, name: str) -> Known:
    return Known(name, lambda: _check(folder))


def _check(folder: Path) -> str:
    match = find_statement(folder / _SOURCE, "", FILES_ON_DISK).match
    if match is None:
        return "no statement was found"
    parsed = parse_statement(read_text(match.path), match.path.name)
    intake = take_in(folder / _SOURCE, "", Statement(match.path, parsed), FILES_ON_DISK)
    problem = intake.problem or parsed.problem
    conflict = next((conflict.other.name for conflict in intake.conflicts), None)
    return all_of(
        differs("title", _letters(read_package(folder).title), _letters(problem.title)),
        _left_of_tex(problem.statement) if match.path.suffix == ".tex" else "",
        f"{conflict} contradicts another example" if conflict else "",
        first_difference(_sorted(_samples(folder)), _sorted(problem.examples)),
    )


def _left_of_tex(statement: str) -> str:
    command = _COMMAND.search(_MATH.sub("", statement))
    return f"`{command[0]}` is left in the text" if command else ""


def _letters(title: str) -> str:
    """Without what the settings' own title has of TeX."""
    return "".join(character for character in title if character.isalnum())


def _sorted(cases: Sequence[Case]) -> Sequence[Case]:
    """The files of samples have an order in which 10 comes before 2, or not."""
    return sorted(cases, key=lambda case: case.input)


def _samples(folder: Path) -> Sequence[Case]:
    samples = next(folder / samples for samples, _ in LAYOUTS if has_cases(folder / samples))
    return [named.case for named in read_cases(samples)]
