"""Problem folders as a data set: those of `problem/folder.py`, each with its statement.

problem.md | statement.md | statement.tex | problem_statement/problem*.tex | statement/problem*.md
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox import Case, Checker
from alphacode_server.evaluation.datasets.entry import DatasetError, Entry
from alphacode_server.problem import Problem, parse_statement
from alphacode_server.problem.case_files import FolderError, has_cases, read_text
from alphacode_server.problem.folder import LAYOUTS, read_folder

_SETTINGS = ("problem.json", "problem.yaml")
_STATEMENTS = (
    "problem.md", "statement.md", "statement.tex",
    "problem_statement/problem.en.*", "problem_statement/problem*.*", "statement/problem.en.*", "statement/problem*.*",
)  # fmt: skip
_SUFFIXES = (".md", ".tex")
_SAMPLES = tuple(f"{samples}/" for samples, _ in LAYOUTS)


def read_folders(path: Path) -> Iterator[Entry]:
    """A problem folder, or all problem folders at any depth below a folder, by name."""
    found = False
    for folder in _problem_folders(path):
        found = True
        name = folder.relative_to(path).as_posix() if folder != path else path.resolve().name
        try:
            yield _entry(folder, name)
        except FolderError as error:
            raise DatasetError(str(error)) from error
    if not found:
        raise DatasetError(f"{path}: no problems in this folder; a problem is a folder with a statement and tests/")


def _problem_folders(path: Path) -> Iterator[Path]:
    if _is_problem(path):
        yield path
        return
    for child in sorted(path.iterdir()):
        if child.is_dir() and not child.name.startswith("."):
            yield from _problem_folders(child)


def _is_problem(path: Path) -> bool:
    """Whether a folder means to be one: what is missing from it is then an error."""
    files = any((path / name).exists() for name in _SETTINGS) or _statement(path) is not None
    return files or any(has_cases(path / part) for layout in LAYOUTS for part in layout)


def _statement(path: Path) -> Path | None:
    files = (file for pattern in _STATEMENTS for file in sorted(path.glob(pattern)))
    return next((file for file in files if file.suffix in _SUFFIXES), None)


def _entry(path: Path, name: str) -> Entry:
    folder = read_folder(path)
    file = _statement(path)
    if file is None:
        raise FolderError(f"{path}: no statement; expected one of {', '.join(_STATEMENTS)}")
    samples = tuple(named.case for named in folder.cases if named.name.startswith(_SAMPLES))
    hidden = tuple(named.case for named in folder.cases if not named.name.startswith(_SAMPLES))
    if not hidden:
        raise FolderError(f"{path}: no tests but the samples; those to be kept from the search belong in tests/")
    problem = replace(
        _problem(file, samples),
        title=folder.title,
        time_limit_ms=round(folder.limits.time_s * 1000),
        memory_limit_mb=folder.limits.memory_mb,
    )
    if isinstance(folder.checker, Checker):
        problem = replace(problem, checker=folder.checker)
    obstacle = "interactive" if folder.is_interactive or problem.interactive else ""
    return Entry(name, problem, hidden, folder.limits, folder.checker, obstacle)


def _problem(file: Path, samples: Sequence[Case]) -> Problem:
    """Samples on file are what counts as examples; a text in which none can be read gets them appended."""
    text = read_text(file)
    if file.suffix == ".tex":
        return Problem(file.stem, f"{text.strip()}\n\n{_listed(samples)}", tuple(samples))
    problem = parse_statement(text, file.name).problem
    if not samples:
        return problem
    statement = problem.statement if problem.examples else f"{problem.statement}\n\n{_listed(samples)}"
    return replace(problem, statement=statement, examples=tuple(samples))


def _listed(samples: Sequence[Case]) -> str:
    """Examples as a statement in Markdown shows them."""
    texts = ((case.input.rstrip(), (case.expected or "").rstrip()) for case in samples)
    blocks = (f"Input\n```\n{given}\n```\nOutput\n```\n{expected}\n```" for given, expected in texts)
    return "\n\n".join(["## Examples", *blocks])
