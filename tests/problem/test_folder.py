"""Reading problem folders: the two layouts, the settings they state, and what is said of those that cannot be used."""

import json
from pathlib import Path

import pytest

from alphacode_sandbox import Case, Checker, CheckerKind, Limits
from alphacode_server.problem.case_files import FolderError, read_cases
from alphacode_server.problem.flat_yaml import Unread, read_flat_yaml
from alphacode_server.problem.folder import ProblemFolder, read_folder
from alphacode_server.problem.package import UNSTATED
from alphacode_server.problem.validator_flags import checker_of

EXACT_WORDS = Checker(CheckerKind.TOKENS, 0.0, ignore_case=True)
CASE = {"tests/1.in": "1\n", "tests/1.ans": "2\n"}
KATTIS_CASE = {"data/secret/1.in": "1\n", "data/secret/1.ans": "2\n"}


def read(root: Path, files: dict[str, str]) -> ProblemFolder:
    write(root, files)
    return read_folder(root)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def with_json(root: Path, **settings: object) -> ProblemFolder:
    return read(root, {**CASE, "problem.json": json.dumps(settings)})


def with_yaml(root: Path, text: str) -> ProblemFolder:
    return read(root, {**KATTIS_CASE, "problem.yaml": text})


def test_samples_come_before_tests_each_by_name(tmp_path: Path) -> None:
    files = {f"{name}.{kind}": kind for name in ("tests/b", "tests/a", "samples/z") for kind in ("in", "ans")}
    cases = read(tmp_path, files).cases
    assert [named.name for named in cases] == ["samples/z", "tests/a", "tests/b"]
    assert {named.case for named in cases} == {Case("in", "ans")}


def test_a_kattis_package_has_groups_of_tests(tmp_path: Path) -> None:
    files = {
        f"data/{name}.{kind}": kind for name in ("secret/g2/1", "secret/g1/1", "sample/1") for kind in ("in", "ans")
    }
    names = [named.name for named in read(tmp_path, files).cases]
    assert names == ["data/sample/1", "data/secret/g1/1", "data/secret/g2/1"]


def test_a_folder_of_cases_may_have_out_files_and_keeps_line_ends(tmp_path: Path) -> None:
    write(tmp_path, {"1.in": "a\r\n", "1.out": "b"})
    (named,) = read_cases(tmp_path)
    assert (named.name, named.case) == ("1", Case("a\r\n", "b"))


@pytest.mark.parametrize(
    ("settings", "limits", "checker"),
    [
        ({}, UNSTATED, EXACT_WORDS),
        ({"time_limit_s": None, "validator_flags": None}, UNSTATED, EXACT_WORDS),
        (
            {"time_limit_s": 1.5, "memory_limit_mb": 64, "validation": "default"},
            Limits(1.5, 64, 8192),
            EXACT_WORDS,
        ),
        (
            {"validator_flags": "float_tolerance 1e-4"},
            UNSTATED,
            Checker(CheckerKind.FLOAT, 1e-4, 1e-4, ignore_case=True),
        ),
        (
            {"validator_flags": "float_absolute_tolerance 1e-6 float_relative_tolerance 1e-5 case_sensitive"},
            UNSTATED,
            Checker(CheckerKind.FLOAT, 1e-6, 1e-5),
        ),
        ({"validator_flags": "case_sensitive space_change_sensitive"}, UNSTATED, Checker(CheckerKind.EXACT, 0.0)),
    ],
)
def test_settings_in_json(tmp_path: Path, settings: dict[str, object], limits: Limits, checker: Checker) -> None:
    folder = with_json(tmp_path, title="Twice", **settings)
    assert (folder.title, folder.limits, folder.checker) == ("Twice", limits, checker)


@pytest.mark.parametrize(
    ("text", "title", "limits", "tolerance"),
    [
        ("name: Twice\n", "Twice", UNSTATED, 0.0),
        ("name:\n  sv: Två\n  en: Two\nvalidation: default # only words\n", "Två", UNSTATED, 0.0),
        ("name: 'Twice: again'\nvalidator_flags: float_tolerance 1e-6\n", "Twice: again", UNSTATED, 1e-6),
        ('name: "N"\nlimits:\n  time_limit: 2\n  memory: 512\n  output: 1\n', "N", Limits(2.0, 512, 1024), 0.0),
        # What judging does not need may be written in any way.
        ("name: N\nkeywords: [a, b]\nauthor:\n  - A\n  - B\nsource: |\n  long\n  text\n", "N", UNSTATED, 0.0),
    ],
)
def test_settings_in_yaml(tmp_path: Path, text: str, title: str, limits: Limits, tolerance: float) -> None:
    folder = with_yaml(tmp_path, text)
    assert (folder.title, folder.limits) == (title, limits)
    assert folder.checker == (
        Checker(CheckerKind.FLOAT, tolerance, tolerance, ignore_case=True) if tolerance else EXACT_WORDS
    )


@pytest.mark.parametrize(
    ("flags", "expected", "actual", "is_right"),
    [
        ("", "yes 1", "YES\n1\n", True),
        ("", "yes", "no", False),
        ("case_sensitive", "yes", "YES", False),
        ("", "0.5", "0.5000001", False),
        ("float_tolerance 1e-6", "0.5", "0.5000001", True),
        ("float_tolerance 1e-6", "0.5", "0.50001", False),
        ("float_tolerance 1e-6", "Case 1000000", "case 1000001", True),
        ("float_absolute_tolerance 1e-6", "1000000", "1000001", False),
        ("float_relative_tolerance 1e-6", "1000000", "1000001", True),
        ("space_change_sensitive", "a b", "A B\n", True),
        ("space_change_sensitive", "a b", "a  b\n", False),
    ],
)
def test_outputs_are_compared_as_the_flags_say(flags: str, expected: str, actual: str, is_right: bool) -> None:
    assert (checker_of(flags).difference(expected, actual) is None) == is_right


def test_a_time_limit_may_have_its_own_file(tmp_path: Path) -> None:
    folder = read(tmp_path, {**KATTIS_CASE, "problem.yaml": "name: N\n", ".timelimit": "3\n"})
    assert folder.limits.time_s == 3


def test_without_settings_the_statement_says_the_limits(tmp_path: Path) -> None:
    folder = read(
        tmp_path, {**CASE, "problem.md": "---\ntime_limit: 3s\nchecker: float 1e-3\n---\n# Twice\n\nDouble.\n"}
    )
    assert (folder.title, folder.limits.time_s, folder.checker.tolerance) == ("Twice", 3, 1e-3)


def test_the_statement_may_be_a_saved_page(tmp_path: Path) -> None:
    folder = read(tmp_path, {**CASE, "statement.html": "<h1>Twice</h1><p>Time limit: 4 seconds</p>"})
    assert (folder.title, folder.limits.time_s) == ("Twice", 4)


def test_flat_yaml_keeps_what_it_cannot_read_apart() -> None:
    assert read_flat_yaml("a: 1 # one\nb:\n  c: 'x # y'\n  d: [1]\ne: |\n  text\nf:\n- 1\ng:\nh: two\n  words\n") == {
        "a": "1",
        "b": {"c": "x # y", "d": Unread(4)},
        "e": Unread(5),
        "f": Unread(8),
        "g": "",
        "h": Unread(11),
    }


def test_submissions_have_a_language_an_expectation_and_a_record(tmp_path: Path) -> None:
    folder = read(
        tmp_path,
        {
            **CASE,
            "problem.json": json.dumps(
                {"submissions": [{"path": "submissions/accepted/old.py", "language": "python2"}]}
            ),
            "submissions/accepted/a.cpp": "",
            "submissions/accepted/old.py": "",
            "submissions/accepted/older.py": "#!/usr/bin/env python2\n",
            "submissions/accepted/several/main.cpp": "",
            "submissions/wrong_answer/b.py3": "",
            "submissions/wrong_answer/c.hs": "",
            "local_verdicts.json": json.dumps(
                {
                    "submissions/accepted/a.cpp": {"status": "ran", "results": {"t:1": "OK"}},
                    "submissions/wrong_answer/b.py3": {"status": "ran", "results": {"t:1": "OK", "t:2": "WA"}},
                    "submissions/wrong_answer/c.hs": {"status": "lang-not-run"},
                }
            ),
        },
    )
    found = {one.name: (one.language, one.expected, one.passed_elsewhere) for one in folder.submissions}
    assert found == {
        "submissions/accepted/a.cpp": ("cpp", "accepted", True),
        "submissions/accepted/old.py": ("python2", "accepted", None),
        "submissions/accepted/older.py": ("python2", "accepted", None),
        "submissions/accepted/several": ("several files", "accepted", None),
        "submissions/wrong_answer/b.py3": ("python", "wrong_answer", False),
        "submissions/wrong_answer/c.hs": ("hs", "wrong_answer", None),
    }


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no tests; expected name.in"),
        ({"tests/1.in": ""}, "1.in has no answer beside it; add 1.ans"),
        ({"tests/1.in": "", "tests/1.ans": "", "problem.json": "{"}, "not JSON"),
        ({**CASE, "problem.json": "[]"}, "expected an object"),
        ({**CASE, "problem.json": '{"time_limit_s": "soon"}'}, "`time_limit_s` must be a number above 0, not `soon`"),
        ({**CASE, "problem.json": '{"submissions": [1]}'}, "`submissions` must be a list"),
        ({**CASE, "problem.json": '{"validation": "custom"}'}, "a program of its own"),
        ({**CASE, "problem.json": '{"validator_flags": "float_tolerance"}'}, "`float_tolerance` needs a number"),
        ({**CASE, "problem.json": '{"validator_flags": "sorted"}'}, "unknown flag `sorted`"),
        ({**KATTIS_CASE, "problem.yaml": "validation: custom interactive\n"}, "a program of its own"),
        (
            {
                **KATTIS_CASE,
                "problem.yaml": "validation: custom\n",
                "output_validators/a.h": "",
                "output_validators/a.cc": "",
            },
            "must be one file in output_validators/, such as check.cpp; found a.cc, a.h",
        ),
        ({**KATTIS_CASE, "problem.yaml": "type: multi-pass\n"}, "several passes"),
        ({**KATTIS_CASE, "problem.yaml": "name: N\nlimits: {memory: 64}\n"}, "problem.yaml:2: `limits` is written"),
        ({**KATTIS_CASE, "problem.yaml": "validator_flags: >\n  float_tolerance 1\n"}, "problem.yaml:1: `validator"),
        ({**KATTIS_CASE, "problem.yaml": "limits:\n  memory: lots\n"}, "`limits.memory` must be a number above 0"),
        ({**CASE, "local_verdicts.json": "[]"}, "local_verdicts.json: not a record"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(FolderError) as error:
        read(tmp_path, files)
    assert message in str(error.value)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    write(tmp_path, CASE)
    (tmp_path / "tests" / "1.in").write_bytes(b"\xff\xfe")
    with pytest.raises(FolderError, match=r"1\.in: cannot be read as UTF-8"):
        read_folder(tmp_path)
