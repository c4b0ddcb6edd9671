"""Folders with a saved page and its examples as files: `problem.html`, `sample_1.in`, `sample_1.ans`."""

from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.evaluation.parsing.known import Known, all_of, differs, first_difference
from alphacode_server.problem import parse_statement
from alphacode_server.problem.case_files import read_text
from alphacode_server.problem.flat_yaml import read_flat_yaml

_PAGE, _SETTINGS = "problem.html", "problem.yaml"


def is_known_page(folder: Path) -> bool:
    return (folder / _PAGE).is_file() and any(folder.glob("*.in"))


def known_page(folder: Path) -> Known:
    return Known(folder.name, lambda: _check(folder))


def _check(folder: Path) -> str:
    problem = parse_statement(read_text(folder / _PAGE), _PAGE).problem
    inputs = sorted(folder.glob("*.in"))
    expected = [Case(read_text(file), read_text(file.with_suffix(".ans"))) for file in inputs]
    settings = folder / _SETTINGS
    title = read_flat_yaml(read_text(settings)).get("name") if settings.is_file() else None
    return all_of(
        differs("title", title, problem.title) if isinstance(title, str) else "",
        first_difference(expected, problem.examples),
    )
