"""Cases that a user adds are found again, and decide once they are promoted."""

from pathlib import Path

import pytest

from alphacode_sandbox import Case
from alphacode_server.problem import parse_statement
from alphacode_server.problem.association import FILES_ON_DISK
from alphacode_server.problem.intake import Intake, Statement, take_in
from alphacode_server.problem.user_cases import PromotionError, add_case, promote

STATEMENT = "# Sum\n\n## Example\n\nInput\n\n    2 3\n\nOutput\n\n    5\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "problem.md").write_text(STATEMENT)
    source = tmp_path / "main.cpp"
    source.write_text("")
    return source


def known_of(source: Path) -> Intake:
    path = source.with_name("problem.md")
    path = path if path.exists() else source.with_suffix(".md")
    return take_in(source, "", Statement(path, parse_statement(path.read_text(), path.name)), FILES_ON_DISK)


def names(intake: Intake) -> list[str]:
    return [known.name for known in intake.cases]


def test_an_added_case_is_run_and_does_not_decide(source: Path) -> None:
    first = add_case(source, Case("1 1", "2"), FILES_ON_DISK)
    second = add_case(source, Case("7 7\n"), FILES_ON_DISK)
    assert [file.name for file in (first.input, second.input)] == ["custom-1.in", "custom-2.in"]
    assert (first.input.read_text(), first.answer.read_text()) == ("1 1\n", "2\n")
    assert not second.answer.exists()
    intake = known_of(source)
    assert names(intake) == ["problem.md, example 1", "test/custom-1.in", "test/custom-2.in"]
    assert intake.problem is not None
    assert len(intake.problem.examples) == 1


def test_a_promoted_case_decides(source: Path) -> None:
    add_case(source, Case("1 1", "2"), FILES_ON_DISK)
    written = promote(source, known_of(source).cases[1], FILES_ON_DISK)
    assert written.input == source.parent / "test" / "sample-1.in"
    intake = known_of(source)
    assert names(intake) == ["problem.md, example 1", "test/sample-1.in"]
    assert intake.problem is not None
    assert intake.problem.examples[1] == Case("1 1\n", "2\n")
    with pytest.raises(PromotionError, match=r"test/sample-1.in decides already"):
        promote(source, intake.cases[1], FILES_ON_DISK)


def test_a_case_without_an_output_cannot_decide(source: Path) -> None:
    (source.parent / "test").mkdir()
    (source.parent / "test" / "mine.in").write_text("7 7\n")
    with pytest.raises(PromotionError, match=r"test/mine.in has no expected output; write one first"):
        promote(source, known_of(source).cases[1], FILES_ON_DISK)


def test_no_file_is_written_over(source: Path) -> None:
    tests = source.parent / "tests"
    tests.mkdir()
    (tests / "custom-1.ans").write_text("mine")
    (tests / "custom-2.in").write_text("mine")
    assert add_case(source, Case("1 1", "2"), FILES_ON_DISK).input == tests / "custom-3.in"
    assert (tests / "custom-2.in").read_text() == "mine"


def test_beside_other_problems_the_source_is_named(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.cpp").write_text("")
        (tmp_path / f"{name}.md").write_text(STATEMENT)
    source = tmp_path / "a.cpp"
    add_case(source, Case("1 1", "2"), FILES_ON_DISK)
    assert names(known_of(source)) == ["a.md, example 1", "a_custom1.in"]
    promote(source, known_of(source).cases[1], FILES_ON_DISK)
    intake = known_of(source)
    assert intake.problem is not None
    assert len(intake.problem.examples) == 2
    assert sorted(path.name for path in tmp_path.glob("a_*")) == ["a_sample1.in", "a_sample1.out"]


def test_where_no_case_of_a_judge_is_known_an_added_one_does_not_decide_either(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.cpp").write_text("")
        (tmp_path / f"{name}.md").write_text("# Sum\n\nAdd two numbers.\n")
    source = tmp_path / "a.cpp"
    add_case(source, Case("1 1", "2"), FILES_ON_DISK)
    intake = known_of(source)
    assert intake.problem is not None
    assert (len(intake.cases), intake.problem.examples) == (1, ())
