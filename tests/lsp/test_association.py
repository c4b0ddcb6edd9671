"""Which statement a source gets: a tree of files in, the statement or the trouble out."""

from pathlib import Path

import pytest

from alphacode_server.problem.association import (
    FILES_ON_DISK,
    Files,
    Match,
    find_directives,
    find_statement,
    has_our_front_matter,
    stem_of,
)
from alphacode_server.problem.choices import choose_statement


def check(root: Path, files: str, source: str, expected: str | None, text: str = "", *, trouble: str = "") -> None:
    """`files` are names under the root; `expected` is the statement's, several joined by `|`, or None."""
    for name in files.split():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("# A statement\n")
    (root / source).parent.mkdir(parents=True, exist_ok=True)
    (root / source).write_text(text)
    found = find_statement(root / source, text, Files(Path.is_file, Path.read_text))
    if expected is None:
        assert found.match is None
        assert not found.candidates
        assert trouble in (found.missing or "")
    elif "|" in expected:
        assert found.match is None
        assert {str(path.relative_to(root)) for path in found.candidates} == set(expected.split("|"))
    else:
        assert found.match is not None, found
        assert str(found.match.path.relative_to(root)) == expected
        assert trouble in found.match.reason


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        ("a.md problem.md", "a.cpp", "a.md"),
        ("a.problem.md", "a.cpp", "a.problem.md"),
        ("a.statement.md", "a.py", "a.statement.md"),
        ("a.txt", "a.py", "a.txt"),
        ("b.md problem.md", "a.cpp", "problem.md"),
        ("statement.md", "a.cpp", "statement.md"),
        ("problem.txt", "a.cpp", "problem.txt"),
        ("a.md a.txt", "a.cpp", "a.md|a.txt"),
        ("problem.md statement.md", "a.cpp", "problem.md|statement.md"),
        ("problem_statement/problem.en.md", "a.cpp", "problem_statement/problem.en.md"),
        ("problem_statement/problem.en.md problem_statement/problem.sv.md", "a.cpp", "problem_statement/problem.en.md"),
        (
            "problem_statement/problem.de.md problem_statement/problem.sv.md",
            "a.cpp",
            "problem_statement/problem.de.md|problem_statement/problem.sv.md",
        ),
        ("problem.md", "src/a.cpp", "problem.md"),
        ("problem.md", "solutions/a.cpp", "problem.md"),
        ("problem_statement/problem.en.md", "submissions/accepted/a.cpp", "problem_statement/problem.en.md"),
        ("problem.md src/problem.md", "src/a.cpp", "src/problem.md"),
        ("problem.md", "lib/a.cpp", None),
        ("README.md", "a.cpp", None),
        ("a.html problem.html", "a.cpp", "a.html"),
        ("statement.html", "a.cpp", "statement.html"),
        ("statement.tex", "a.cpp", "statement.tex"),
        ("statement/problem.en.tex", "submissions/accepted/a.cpp", "statement/problem.en.tex"),
        ("problem_statement/problem.en.tex", "submissions/wrong_answer/a.py", "problem_statement/problem.en.tex"),
        (
            "problem_statement/problem.en.md problem_statement/problem.en.tex",
            "a.cpp",
            "problem_statement/problem.en.md|problem_statement/problem.en.tex",
        ),
    ],
)
def test_order(tmp_path: Path, files: str, source: str, expected: str | None) -> None:
    check(tmp_path, files, source, expected)


def test_nothing_found_says_what_was_looked_for(tmp_path: Path) -> None:
    check(tmp_path, "", "a.cpp", None, trouble="No statement for a.cpp. Looked for a.md, problem.md, statement.md")


@pytest.mark.parametrize(
    "comment",
    [
        "// alphacode: texts/castle.md",
        "# alphacode: texts/castle.md",
        "/* alphacode: texts/castle.md */",
        '"""alphacode: texts/castle.md"""',
        "-- AlphaCode: ./texts/../texts/castle.md",
    ],
)
def test_a_directive_wins_in_any_comment_syntax(tmp_path: Path, comment: str) -> None:
    check(tmp_path, "a.md texts/castle.md", "a.cpp", "texts/castle.md", f"\n{comment}\n", trouble="line 2 of a.cpp")


def test_a_directive_to_nowhere_is_not_passed_over(tmp_path: Path) -> None:
    expected = "Line 1 of a.cpp names the statement gone.md, which does not exist"
    check(tmp_path, "a.md", "a.cpp", None, "// alphacode: gone.md\n", trouble=expected)


def test_two_directives_are_not_chosen_between(tmp_path: Path) -> None:
    check(tmp_path, "a.md b.md", "c.cpp", "a.md|b.md", "// alphacode: a.md\n// alphacode: b.md\n")


def test_directives_end_after_forty_lines_and_markers_are_none() -> None:
    assert find_directives("\n" * 39 + "# alphacode: a.md") == ((39, "a.md"),)
    assert find_directives("\n" * 40 + "# alphacode: a.md") == ()
    assert find_directives("# alphacode: begin\nx\n# alphacode: end\n") == ()
    assert find_directives('print("alphacode: a.md")') == ()


def test_a_readme_counts_with_our_front_matter(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\ntime_limit: 2s\n---\n# Castle\n")
    found = find_statement(tmp_path / "a.cpp", "", Files(Path.is_file, Path.read_text))
    assert found.match is not None
    assert found.match.path.name == "README.md"
    assert not has_our_front_matter("---\ntitle: A blog\n---\n")


def test_front_matter_settles_which_of_several_statements_it_is(tmp_path: Path) -> None:
    (tmp_path / "statement.md").write_text("---\nfiles: a.cpp, b.cpp\n---\n# A\n")
    (tmp_path / "problem.md").write_text("# B\n")
    found = find_statement(tmp_path / "b.cpp", "", FILES_ON_DISK)
    assert found.match == Match(tmp_path / "statement.md", "its front matter names the source")
    assert len(find_statement(tmp_path / "c.cpp", "", FILES_ON_DISK).candidates) == 2


def test_a_choice_wins_survives_a_move_and_can_be_taken_back(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for name in ("round/a.cpp", "round/a.md", "texts/castle.md"):
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        (before / name).write_text("# A\n")
    choose_statement(before, before / "round/a.cpp", before / "texts/castle.md")
    before.rename(after)
    source = after / "round/a.cpp"
    text = "// alphacode: a.md\n"
    assert find_statement(source, text, FILES_ON_DISK).match == Match(after / "texts/castle.md", "you chose it")
    (after / "texts/castle.md").unlink()
    missing = find_statement(source, text, FILES_ON_DISK).missing
    assert missing == "castle.md, which you chose for a.cpp, does not exist; choose again"
    choose_statement(after, source, None)
    assert find_statement(source, "", FILES_ON_DISK).match == Match(after / "round/a.md", _SAME_NAME)


_SAME_NAME = "it has the same name as the source"


@pytest.mark.parametrize("text", ["", "[]", '{"statements": []}', '{"statements": {"a.cpp": 3}}', "\xff"])
def test_a_broken_file_of_choices_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / ".alphacode").mkdir()
    (tmp_path / ".alphacode" / "choices.json").write_text(text, encoding="latin-1")
    (tmp_path / "a.md").write_text("# A\n")
    assert find_statement(tmp_path / "a.cpp", "", FILES_ON_DISK).match == Match(tmp_path / "a.md", _SAME_NAME)


@pytest.mark.parametrize("text", ['{"statements": {"b.cpp": "b.md"},}', "[]", '{"statements": []}', "\xff"])
def test_a_broken_file_of_choices_is_not_written_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".alphacode" / "choices.json"
    file.parent.mkdir()
    file.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"choices\.json cannot be read, and is not written over"):
        choose_statement(tmp_path, tmp_path / "a.cpp", tmp_path / "a.md")
    assert file.read_text(encoding="latin-1") == text


def test_a_statement_that_is_only_open_in_the_editor_counts(tmp_path: Path) -> None:
    statement = tmp_path / "a.md"
    found = find_statement(tmp_path / "a.cpp", "", Files(lambda path: path == statement, Path.read_text))
    assert found.match is not None
    assert found.match.path == statement


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a.cpp", "a"), ("a.md", "a"), ("a.problem.md", "a"), ("a.Statement.md", "a"), ("v1.2.py", "v1.2"), ("a", "a")],
)
def test_stems(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem
