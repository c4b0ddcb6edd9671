"""Each folder under layouts/ is one tool's way to keep a problem, read as the JSON beside it says.

To add a layout, add a folder with a source and run with ALPHACODE_UPDATE=1, which writes the JSON; then read what it
says.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from alphacode_sandbox import Checker, language_of
from alphacode_server.problem import Problem, parse_statement
from alphacode_server.problem.association import FILES_ON_DISK, find_statement
from alphacode_server.problem.intake import Intake, Statement, take_in
from alphacode_server.problem.layouts.pairs import LAYOUTS, layout_of

LAYOUT_FOLDERS = sorted(folder for folder in (Path(__file__).parent / "layouts").iterdir() if folder.is_dir())
UPDATE = os.environ.get("ALPHACODE_UPDATE") == "1"


@pytest.mark.parametrize("folder", LAYOUT_FOLDERS, ids=lambda folder: folder.name)
def test_layout(folder: Path) -> None:
    source = min(file for file in folder.rglob("*") if file.is_file() and language_of(file))
    actual = describe(intake_of(source))
    expected = folder.with_suffix(".json")
    if UPDATE:
        expected.write_text(json.dumps(actual, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert actual == json.loads(expected.read_text(encoding="utf-8"))


def intake_of(source: Path) -> Intake:
    text = source.read_text(encoding="utf-8")
    match = find_statement(source, text, FILES_ON_DISK).match
    statement = Statement(match.path, parse_statement(match.path.read_text(), match.path.name)) if match else None
    return take_in(source, text, statement, FILES_ON_DISK)


def describe(intake: Intake) -> dict[str, Any]:
    problem = intake.problem
    return {
        "title": problem.title if problem else None,
        "has_statement": bool(problem and problem.statement),
        **({"statement": problem.statement.split("\n")} if problem and has_none_of_its_own(intake) else {}),
        "url": problem.url if problem else None,
        "limits": [problem.time_limit_ms, problem.memory_limit_mb] if problem else None,
        **({"checker": [checker.kind.value, checker.tolerance]} if (checker := checker_of(problem)) else {}),
        "examples": [[case.input, case.expected] for case in problem.examples] if problem else [],
        "cases": [f"{known.name} ({known.tool}), {known.origin.name}" for known in intake.cases],
        "conflicts": [f"{conflict.kept.name} / {conflict.other.name}" for conflict in intake.conflicts],
        "origins": list(intake.origins),
        "troubles": list(intake.troubles),
    }


def checker_of(problem: Problem | None) -> Checker | None:
    """None for the usual one."""
    return problem.checker if problem and problem.checker != Checker() else None


def has_none_of_its_own(intake: Intake) -> bool:
    """Whether the statement was given the examples that lie beside it."""
    return "```input1" in intake.problem.statement if intake.problem else False


@pytest.mark.parametrize("dot", [".", ""])
def test_cph_finds_a_source_by_its_path(tmp_path: Path, dot: str) -> None:
    shutil.copytree(Path(__file__).parent / "layouts" / "cph_ambiguous", tmp_path, dirs_exist_ok=True)
    source = tmp_path / "main.cpp"
    digest = hashlib.md5(str(source).encode(), usedforsecurity=False).hexdigest()
    payload = {"name": "By its path", "url": "", "tests": [{"input": "1\n", "output": "2\n", "id": 17}]}
    (tmp_path / ".cph" / f"{dot}main.cpp_{digest}.prob").write_text(json.dumps(payload))
    intake = intake_of(source)
    assert intake.problem is not None
    assert intake.problem.title == "By its path"
    assert [known.case.expected for known in intake.cases] == ["2\n"]
    assert not intake.troubles


def test_patterns_of_the_users_settings(tmp_path: Path) -> None:
    source = tmp_path / "sum.cpp"
    (tmp_path / "cases").mkdir()
    for name, text in {"cases/sum.a.txt": "1\n", "cases/sum.a.sol": "2\n", "cases/other.a.txt": "3\n"}.items():
        (tmp_path / name).write_text(text)
    layouts = (*LAYOUTS, layout_of("cases/{stem}.*.txt cases/{stem}.*.sol"))
    (known,) = take_in(source, "", None, FILES_ON_DISK, layouts).cases
    assert (known.name, known.case.input, known.case.expected) == ("cases/sum.a.txt", "1\n", "2\n")
