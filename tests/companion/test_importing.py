"""Received problems as files: which, under which names, and that nothing is ever written over."""

import json
from pathlib import Path, PurePath
from typing import Any

import pytest

from alphacode_server.companion import Imported, ImportFailed, Received, SourceTemplate, import_problems
from alphacode_server.problem import Problem, parse_statement
from alphacode_server.problem.association import FILES_ON_DISK, find_statement
from alphacode_server.problem.companion import read_payload
from alphacode_server.problem.intake import Statement, take_in
from tests.companion.conftest import Desk, encoded
from tests.missing import missing

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "data" / "statements" / "competitive_companion"


def received(**fields: Any) -> Received:
    body = encoded(**fields)
    return Received(read_payload(body), body)


def imported(folder: Path, template: SourceTemplate = SourceTemplate(), **fields: Any) -> Imported:  # noqa: B008
    (one,) = import_problems([received(**fields)], folder, template)
    return one


def problem_of(source: Path) -> Problem:
    """As `alphacode test` and the editor read it."""
    text = source.read_text()
    match = find_statement(source, text, FILES_ON_DISK).match
    assert match is not None
    parsed = parse_statement(match.path.read_text(), match.path.name)
    problem = take_in(source, text, Statement(match.path, parsed), FILES_ON_DISK).problem
    assert problem is not None
    return problem


def test_the_files_of_a_problem(tmp_path: Path) -> None:
    one = imported(tmp_path)
    assert [str(file.relative_to(tmp_path)) for file in one.written] == [
        "A_Sum.cpp",
        "A_Sum.md",
        ".alphacode/A_Sum.json",
    ]
    assert one.source.read_text().startswith("// Problem: A. Sum\n// URL: https://judge.example/1/A\n#include")
    problem = problem_of(one.source)
    assert (problem.title, problem.url, problem.time_limit_ms) == ("A. Sum", "https://judge.example/1/A", 1500)
    assert [(case.input, case.expected) for case in problem.examples] == [("2 3\n", "5\n")]
    assert json.loads(one.stored.read_text())["alphacode"] == {"version": 1}


def test_a_template_is_filled_in(tmp_path: Path) -> None:
    template = SourceTemplate("python", "# $(PROBLEM) $(URL) $(TIMELIM) $(MEMLIM) $(OTHER)\n")
    one = imported(tmp_path, template)
    assert one.source.name == "A_Sum.py"
    assert one.source.read_text() == "# A. Sum https://judge.example/1/A 1500 256 $(OTHER)\n"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    first = imported(tmp_path)
    first.statement.write_text("# Sum\n\nPasted.\n")
    first.source.write_text("int main() { /* mine */ }\n")
    again = imported(tmp_path)
    assert again.written == ()
    assert again.source.read_text() == "int main() { /* mine */ }\n"
    # Another problem of the same name is another problem.
    other = imported(tmp_path, url="https://judge.example/2/A")
    assert other.source.name == "A_Sum_2.cpp"
    assert first.statement.read_text() == "# Sum\n\nPasted.\n"


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "A_Sum.md").symlink_to(outside)
    one = imported(folder)
    assert not outside.exists()
    assert one.statement.name == "A_Sum_2.md"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..", ".", "/etc/passwd", "C:\\Windows\\system32", ".ssh", "-rf", "con", "a/b/../../c", "x\0y",
     "\u2025/\uff0f\uff0e\uff0e", "~/.bashrc", "$(touch x)", "a\nb", "x" * 5000, "\u202etxt.exe"],
)  # fmt: skip
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    one = imported(folder, name=name, group=name)
    assert {file.parent for file in (one.source, one.statement)} == {folder}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder"]
    # Nor does that of a contest.
    parts = import_problems([received(name=name, group=name), received(name="B", group=name)], folder, SourceTemplate())
    for part in parts:
        assert part.source.resolve().parent.parent == folder
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder"]


def test_a_contest_gets_a_folder_and_every_problem_a_name(tmp_path: Path) -> None:
    batch = [
        received(name=name, group="Judge - Round 1", url=f"https://judge.example/{name}") for name in ("A", "a", "B")
    ]
    names = [
        str(PurePath(one.source).relative_to(tmp_path)) for one in import_problems(batch, tmp_path, SourceTemplate())
    ]
    assert names == ["Judge_Round_1/A.cpp", "Judge_Round_1/a_2.cpp", "Judge_Round_1/B.cpp"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImportFailed, match="file"):
        imported(tmp_path / "file")


async def test_every_known_payload_comes_through_without_loss(desk: Desk, tmp_path: Path) -> None:
    """What Companion's own parsers make of 115 pages, sent to the listener, written to a folder, and read back."""
    if not FIXTURES.is_dir():
        missing(f"there are no recorded payloads in {FIXTURES}")
    files = sorted(FIXTURES.glob("*.json"))
    assert len(files) >= 115
    for file in files:
        result = json.loads(file.read_text(encoding="utf-8"))["result"]
        sent = result if isinstance(result, list) else [result]
        desk.taken.clear()
        for value in sent:
            assert await desk.post(json.dumps(value).encode()) == 200, file.name
        problems = import_problems([Received(*taken) for taken in desk.taken], tmp_path / file.stem, SourceTemplate())
        assert len({one.source for one in problems}) == len(sent)
        for value, one in zip(sent, problems, strict=True):
            check_problem(value, problem_of(one.source), file.name)


def check_problem(sent: dict[str, Any], problem: Problem, name: str) -> None:
    expected = [[tidy(test["input"]), tidy(test["output"])] for test in sent["tests"]]
    assert [[case.input, case.expected] for case in problem.examples] == distinct(expected), name
    assert problem.title == " ".join(sent["name"].split()), name
    assert problem.time_limit_ms == (round(sent["timeLimit"]) or None), name
    assert problem.memory_limit_mb == (round(sent["memoryLimit"]) or None), name
    assert problem.interactive == sent["interactive"], name


def tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def distinct(cases: list[list[str]]) -> list[list[str]]:
    """An input that is sent twice is one example."""
    first: dict[str, list[str]] = {}
    for case in cases:
        first.setdefault("\n".join(line.rstrip() for line in case[0].splitlines()).strip(), case)
    return list(first.values())
