"""Data sets as they are read: folders, rows, Parquet, and what is wrong with them."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow.parquet import write_table

from alphacode_sandbox import Case, Checker, CheckerKind, CheckerProgram, Limits
from alphacode_server.evaluation import DatasetError, Entry, read_dataset

EXAMPLES = Path(__file__).parents[2] / "examples"
DESCRIPTION = (
    "Is n a multiple of 4?\n\nInput\n\nn\n\nOutput\n\nYES or NO.\n\nExample\n\nInput\n\n8\n\n\nOutput\n\nYES\n"
)
TESTS = {"input": ["8\n", "6\n", "4\n"], "output": ["YES\n", "NO\n", "YES\n"]}
HIDDEN = (Case("6\n", "NO\n"), Case("4\n", "YES\n"))
ROW = {
    "name": "4_A. Fours",
    "description": DESCRIPTION,
    "public_tests": {"input": ["8\n"], "output": ["YES\n"]},
    "private_tests": {"input": ["6\n"], "output": ["NO\n"]},
    "generated_tests": {"input": ["8\n", "4\n"], "output": ["YES\n", "YES\n"]},
    "time_limit": {"seconds": 1, "nanos": 500_000_000},
    "memory_limit_bytes": 64_000_000,
    "cf_rating": 800,
    "cf_tags": ["math"],
}


def files(folder: Path, contents: dict[str, str]) -> Path:
    """A folder with these files in it."""
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def only(path: Path) -> Entry:
    (entry,) = read_dataset(path)
    return entry


def rows(path: Path, *of: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in of), encoding="utf-8")
    return path


def check_refused(path: Path, *words: str) -> None:
    """Reading it ends in an error that says all of this."""
    with pytest.raises(DatasetError) as caught:
        list(read_dataset(path))
    for word in words:
        assert word in str(caught.value)


def test_the_examples_of_this_project_are_a_data_set() -> None:
    brackets, watermelon = read_dataset(EXAMPLES)
    assert (brackets.name, watermelon.name) == ("brackets", "watermelon")
    assert (brackets.problem.title, len(brackets.problem.examples), len(brackets.cases)) == ("Balanced Brackets", 1, 16)
    assert watermelon.limits == watermelon.problem.limits
    assert only(EXAMPLES / "brackets") == brackets


def test_a_statement_in_latex_is_passed_as_it_is_with_the_samples_below(tmp_path: Path) -> None:
    text = "\\section{Fours} Is $n$ a multiple of 4?"
    settings = {"title": "Fours", "time_limit_s": 3, "validator_flags": "float_tolerance 1e-3"}
    files(
        tmp_path / "contest" / "fours",
        {
            "problem.json": json.dumps(settings),
            "statement.tex": text,
            "samples/1.in": "8\n",
            "samples/1.ans": "YES\n",
            "tests/1.in": "6\n",
            "tests/1.ans": "NO\n",
        },
    )
    entry = only(tmp_path)
    assert (entry.name, entry.problem.title) == ("contest/fours", "Fours")
    assert entry.problem.statement.startswith(text)
    assert entry.problem.statement.endswith("## Examples\n\nInput\n```\n8\n```\nOutput\n```\nYES\n```")
    assert entry.problem.examples == (Case("8\n", "YES\n"),)
    assert entry.cases == (Case("6\n", "NO\n"),)
    assert entry.problem.limits.time_s == entry.limits.time_s == 3
    assert entry.problem.checker == entry.checker == Checker(CheckerKind.FLOAT, 1e-3, 1e-3, ignore_case=True)


def test_a_kattis_package_is_one_and_its_validator_is_kept_from_the_search(tmp_path: Path) -> None:
    files(
        tmp_path,
        {
            "problem.yaml": "name: Fours\nvalidation: custom\n",
            "problem_statement/problem.de.tex": "Ist es eine?",
            "problem_statement/problem.en.tex": "Is it one?",
            "data/sample/1.in": "8\n",
            "data/sample/1.ans": "YES\n",
            "data/secret/1.in": "6\n",
            "data/secret/1.ans": "NO\n",
            "output_validators/check.py": "raise SystemExit(42)\n",
        },
    )
    entry = only(tmp_path)
    assert entry.problem.statement.startswith("Is it one?")
    assert isinstance(entry.checker, CheckerProgram)
    assert entry.problem.checker == Checker()


def test_what_talks_to_programs_is_left_out(tmp_path: Path) -> None:
    statement = "# Guess\n\nThis is an interactive problem.\n"
    files(tmp_path, {"problem.md": statement, "tests/1.in": "6\n", "tests/1.ans": "NO\n"})
    assert only(tmp_path).obstacle == "interactive"


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({"readme.txt": ""}, "no problems in this folder"),
        ({"p/problem.md": "# P"}, "/p: no tests"),
        ({"p/problem.md": "# P", "p/samples/1.in": "1", "p/samples/1.ans": "1"}, "/p: no tests but the samples"),
        ({"p/tests/1.in": "1", "p/tests/1.ans": "1"}, "/p: no statement"),
        ({"p/problem.md": "# P", "p/tests/1.in": "1"}, "/p/tests/1.in has no answer"),
    ],
)
def test_folders_that_lack_something_are_named(tmp_path: Path, contents: dict[str, str], words: str) -> None:
    check_refused(files(tmp_path, contents), words)


def test_what_is_no_data_set_is_named(tmp_path: Path) -> None:
    check_refused(tmp_path / "nowhere", "nowhere: no such file")
    check_refused(files(tmp_path, {"rows.csv": ""}) / "rows.csv", "rows.csv: not a data set")


def test_a_row_of_code_contests(tmp_path: Path) -> None:
    entry = only(rows(tmp_path / "rows.jsonl", ROW))
    assert entry.name == entry.problem.title == "4_A. Fours"
    assert entry.problem.examples == (Case("8\n", "YES\n"),)
    assert entry.cases == HIDDEN
    assert entry.limits == entry.problem.limits == Limits(time_s=1.5, memory_mb=61)
    assert entry.checker == entry.problem.checker == Checker(CheckerKind.ALPHACODE)
    assert (entry.problem.rating, entry.problem.tags) == (800, ("math",))


def test_a_row_with_all_tests_in_one_column_has_the_examples_of_its_description(tmp_path: Path) -> None:
    entry = only(rows(tmp_path / "rows.jsonl", {"name": "Fours", "description": DESCRIPTION, "tests": TESTS}))
    assert [case.input.strip() for case in entry.problem.examples] == ["8"]
    assert entry.cases == HIDDEN
    assert entry.limits.time_s == 10


def test_parquet_has_the_same_rows(tmp_path: Path) -> None:
    bare = dict.fromkeys(ROW) | {"name": "Bare", "description": DESCRIPTION, "generated_tests": TESTS}
    table = pa.Table.from_pylist([{**row, "solutions": {"language": [3], "solution": ["x"]}} for row in (ROW, bare)])
    write_table(table, tmp_path / "rows.parquet")
    first, second = read_dataset(tmp_path / "rows.parquet")
    assert first == only(rows(tmp_path / "rows.jsonl", ROW))
    assert (second.name, second.cases) == ("Bare", HIDDEN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "`name` must be a text"),
        ({"description": None}, "`description` must be a text"),
        ({"private_tests": {"input": ["1"], "output": []}}, "`private_tests` must be an object"),
        ({"private_tests": ["1"]}, "`private_tests` must be an object"),
        ({"private_tests": {"input": [1], "output": ["1"]}}, "`private_tests` must hold texts"),
        ({"private_tests": None, "generated_tests": None}, "no hidden tests in `private_tests`"),
        ({"time_limit": "1 s"}, "`time_limit` must be an object"),
        ({"memory_limit_bytes": -1}, "`memory_limit_bytes` must be a whole number"),
    ],
)
def test_rows_that_lack_something_are_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    check_refused(rows(tmp_path / "rows.jsonl", ROW, {**ROW, **change}), "rows.jsonl, line 2: ", words)


def test_files_of_another_kind_are_named(tmp_path: Path) -> None:
    check_refused(rows(tmp_path / "rows.jsonl", ["no", "object"]), "rows.jsonl, line 1: a row is a JSON object")
    (tmp_path / "rows.jsonl").write_text("{\n")
    check_refused(tmp_path / "rows.jsonl", "rows.jsonl, line 1: ")
    (tmp_path / "rows.jsonl").write_bytes(b"\xff\n")
    check_refused(tmp_path / "rows.jsonl", "rows.jsonl: cannot be read as UTF-8")
    (tmp_path / "rows.parquet").write_text("{\n")
    check_refused(tmp_path / "rows.parquet", "rows.parquet: cannot be read as Parquet")
    write_table(pa.Table.from_pylist([ROW, {**ROW, "name": ""}]), tmp_path / "rows.parquet")
    check_refused(tmp_path / "rows.parquet", "rows.parquet, row 2: `name`")


def test_without_pyarrow_parquet_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rows.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    check_refused(tmp_path / "rows.parquet", "pip install 'alphacode-lsp[eval]'")


def test_the_digest_changes_with_the_tests(tmp_path: Path) -> None:
    copy = shutil.copytree(EXAMPLES / "brackets", tmp_path / "brackets")
    assert only(copy).digest == only(EXAMPLES / "brackets").digest
    (copy / "tests" / "01.ans").write_text("MAYBE\n")
    assert only(copy).digest != only(EXAMPLES / "brackets").digest
