"""Which statement a source gets: a tree of files in, the statement or the trouble out."""

from pathlib import Path

import pytest

from alphacode_server.problem.association import Files, find_directives, find_statement, has_our_front_matter


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


def test_a_statement_that_is_only_open_in_the_editor_counts(tmp_path: Path) -> None:
    statement = tmp_path / "a.md"
    found = find_statement(tmp_path / "a.cpp", "", Files(lambda path: path == statement, Path.read_text))
    assert found.match is not None
    assert found.match.path == statement
