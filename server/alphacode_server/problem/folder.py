"""A problem as a folder: its cases, its settings, and programs whose verdict its jury has said.

    problem.json | problem.yaml | problem.md     limits and how answers are compared
    samples/  tests/   (data/sample/  data/secret/ in a Kattis package)     name.in, name.ans
    submissions/accepted|wrong_answer|.../     programs

Nothing is compiled or run here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import LANGUAGES, Checker, CheckerProgram, Limits, Program, language_of
from alphacode_server.problem.case_files import FolderError, NamedCase, has_cases, read_cases, read_text
from alphacode_server.problem.package import read_package

ACCEPTED = "accepted"
"""The folder of the programs that the jury accepts; in every other one they fail some test."""

LAYOUTS = (("samples", "tests"), ("data/sample", "data/secret"))
_NAMES = {"python3": "python", "pypy3": "pypy", "c++": "cpp", "c++17": "cpp", "c++20": "cpp20", "c++23": "cpp23"}
_PYTHON2 = re.compile(r"#!.*python2")


@dataclass(frozen=True, slots=True)
class Submission:
    """A program file and what is known about it before it is judged."""

    file: Path
    name: str
    """The path in the folder, or as the user wrote it for a file elsewhere."""
    language: str
    """A key of LANGUAGES, or the name of a language that is not among them."""
    expected: str | None = None
    """The jury's verdict as the name of the folder, such as `wrong_answer`; None when it was not said."""
    passed_elsewhere: bool | None = None
    """Whether it passed every test it had in the run that `local_verdicts.json` records; None without a record."""

    @property
    def program(self) -> Program:
        """The source. Raises FolderError when it cannot be read."""
        return Program(self.language, read_text(self.file))


@dataclass(frozen=True, slots=True)
class ProblemFolder:
    """What was read from a folder."""

    path: Path
    title: str
    cases: tuple[NamedCase, ...]
    limits: Limits
    checker: Checker | CheckerProgram
    is_interactive: bool
    """Whether the checker is a program that talks to the submissions."""
    submissions: tuple[Submission, ...]

    def submission(self, file: Path) -> Submission:
        """The program in a file: one of the folder's own, or any other. Raises FolderError when there is none."""
        if not file.is_file():
            raise FolderError(f"{file}: no such file; name a program, for instance main.cpp")
        resolved = file.resolve()
        own = next((one for one in self.submissions if one.file.resolve() == resolved), None)
        return own or Submission(file, str(file), _language(file, None))


def read_folder(path: Path) -> ProblemFolder:
    """Raises FolderError, saying what is missing or cannot be used."""
    if not path.is_dir():
        raise FolderError(f"{path}: no such folder; name one with tests/ (or data/secret/) in it")
    package = read_package(path)
    return ProblemFolder(
        path=path,
        title=package.title,
        cases=_cases(path),
        limits=package.limits,
        checker=package.checker,
        is_interactive=package.is_interactive,
        submissions=_submissions(path, package.languages),
    )


def _cases(path: Path) -> tuple[NamedCase, ...]:
    for layout in LAYOUTS:
        parts = [part for part in layout if has_cases(path / part)]
        if parts:
            return tuple(case for part in parts for case in read_cases(path / part, f"{part}/"))
    known = " or ".join(" and ".join(f"{part}/" for part in layout) for layout in LAYOUTS)
    raise FolderError(f"{path}: no tests; expected name.in with name.ans in {known}")


def _submissions(path: Path, languages: Mapping[str, str]) -> tuple[Submission, ...]:
    recorded = _recorded(path / "local_verdicts.json")
    files = sorted(file for file in path.glob("submissions/*/*") if not file.name.startswith("."))
    names = [(file, file.relative_to(path).as_posix()) for file in files]
    return tuple(
        Submission(file, name, _language(file, languages.get(name)), file.parent.name, recorded.get(name))
        for file, name in names
    )


def _language(file: Path, stated: str | None) -> str:
    """The id of a language we know, else the name of the other one."""
    if file.is_dir():
        return "several files"
    if stated:
        return _NAMES.get(stated, stated)
    found = language_of(file)
    if found is None:
        return file.suffix.lstrip(".") or "unknown"
    return "python2" if found is LANGUAGES["python"] and _is_python2(file) else found.id


def _is_python2(file: Path) -> bool:
    """As Kattis decides it for a `.py`: by the first line."""
    return _PYTHON2.match(read_text(file)) is not None


def _recorded(file: Path) -> dict[str, bool]:
    """Of each program that a recorded run holds, whether it passed everything."""
    if not file.exists():
        return {}
    try:
        runs = json.loads(read_text(file))
        return {name: set(run["results"].values()) == {"OK"} for name, run in runs.items() if run.get("results")}
    except (ValueError, AttributeError, TypeError) as error:
        raise FolderError(f"{file}: not a record of verdicts by program and test; mend or remove it") from error
