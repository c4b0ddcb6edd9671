from typing import Any

import pytest

from alphacode_sandbox import Checker, CheckerForm, CheckerKind
from alphacode_server.problem import CheckerFile, Problem, parse_statement

STATEMENT = "\n\nSample Input\n1\nSample Output\n2\n"


def check(line: str, **expected: Any) -> None:
    """A block of one line yields these fields and no finding."""
    parsed = parse_statement(f"---\n{line}\n---{STATEMENT}")
    assert not parsed.findings
    assert {name: getattr(parsed.problem, name) for name in expected} == expected


def check_finding(line: str, *parts: str) -> Problem:
    """A block of one line yields one finding on it that says `parts`."""
    parsed = parse_statement(f"---\n{line}\n---{STATEMENT}")
    (finding,) = parsed.findings
    assert (finding.code, finding.severity, finding.line) == ("bad-front-matter", "warning", 1)
    assert [part for part in parts if part not in finding.message] == []
    return parsed.problem


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("2s", 2000),
        ("1500ms", 1500),
        ("2 seconds", 2000),
        ("0.5 sec", 500),
        ("1 second", 1000),
        ("250 milliseconds", 250),
    ],
)
def test_time_limit(value: str, milliseconds: int) -> None:
    check(f"time_limit: {value}", time_limit_ms=milliseconds)


@pytest.mark.parametrize(
    ("value", "megabytes"), [("256 MB", 256), ("1 GB", 1024), ("64MiB", 64), ("65536 KB", 64), ("512 megabytes", 512)]
)
def test_memory_limit(value: str, megabytes: int) -> None:
    check(f"memory_limit: {value}", memory_limit_mb=megabytes)


@pytest.mark.parametrize("value", ["2", "s", "-1s", "0s", "two seconds", "1e3 s", "999999999 s", "9" * 5000 + " s"])
def test_no_time(value: str) -> None:
    assert check_finding(f"time_limit: {value}", "time_limit", "1500ms").time_limit_ms is None


@pytest.mark.parametrize("value", ["256", "0 MB", "lots", "MB 256", "999999999 GB"])
def test_no_memory(value: str) -> None:
    assert check_finding(f"memory_limit: {value}", "memory_limit", "256 MB").memory_limit_mb is None


@pytest.mark.parametrize(
    ("value", "checker"),
    [
        ("tokens", Checker(CheckerKind.TOKENS)),
        ("exact", Checker(CheckerKind.EXACT)),
        ("alphacode", Checker(CheckerKind.ALPHACODE)),
        ("lines", Checker(CheckerKind.LINES)),
        ("float 1e-6", Checker(CheckerKind.FLOAT, 1e-6)),
        ("float   0.01", Checker(CheckerKind.FLOAT, 0.01)),
    ],
)
def test_checker(value: str, checker: Checker) -> None:
    check(f"checker: {value}", checker=checker)


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("program ./check.py", CheckerFile("./check.py", CheckerForm.TESTLIB)),
        ("program checks/my check.cpp testlib", CheckerFile("checks/my check.cpp", CheckerForm.TESTLIB)),
        ("program check.py kattis", CheckerFile("check.py", CheckerForm.KATTIS)),
    ],
)
def test_checker_programs(value: str, file: CheckerFile) -> None:
    check(f"checker: {value}", checker_file=file)


def test_a_checker_program_has_a_file() -> None:
    check_finding("checker: program", "needs a file", "program ./check.cpp")


@pytest.mark.parametrize("value", ["float", "float x", "float 2", "float nan", "float -1e-6", "float inf"])
def test_bad_tolerance(value: str) -> None:
    check_finding(f"checker: {value}", "tolerance", "float 1e-6")


@pytest.mark.parametrize("value", ["token", "exact 1", "lines 1", "1e-6"])
def test_unknown_checker(value: str) -> None:
    check_finding(f"checker: {value}", value, "tokens, lines, exact, alphacode, float 1e-6, program")


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("timelimit: 2s", "time_limit"),
        ("Time-Limit: 2s", "time_limit"),
        ("tag: dp", "tags"),
        ("URL: x", "url"),
        ("memory limit: 1", "memory_limit"),
    ],
)
def test_nearest_key(line: str, nearest: str) -> None:
    check_finding(line, f"unknown key `{line.split(':')[0]}`", f"did you mean `{nearest}`?")


def test_unknown_key_like_no_other() -> None:
    check_finding("zzzz: 1", "unknown key `zzzz`", "known keys: title, url")


def test_words() -> None:
    check('title: "A: B"', title="A: B")
    check("title: C# and --- more", title="C# and --- more")
    check("url: https://judge.example/p?a=1", url="https://judge.example/p?a=1")
    check("tags: dp, two pointers,", tags=("dp", "two pointers"))
    check("tags: ['dp', \"graphs\"]", tags=("dp", "graphs"))
    check("files: a.py, src/b.cpp", files=("a.py", "src/b.cpp"))
    check("rating: 2400", rating=2400)
    check("interactive: Yes", interactive=True)
    check("interactive: false", interactive=False)
    check("contest_over: on", contest_over=True)
    check("input: standard input")
    check("output: stdout")


@pytest.mark.parametrize("line", ["rating:", "# a comment", "", "title: "])
def test_nothing_said_is_nothing_wrong(line: str) -> None:
    check(f"tags: dp\n{line}", rating=None, tags=("dp",))


def test_files_instead_of_streams_are_not_supported() -> None:
    check_finding("input: input.txt", "input.txt", "stdin")
    check_finding("output: stderr", "stderr", "stdout")


def test_the_front_matter_is_no_part_of_the_statement() -> None:
    assert parse_statement("---\ntitle: T\n---\n\nText.\n\n---\n\nMore.\n").problem.statement == "Text.\n\n---\n\nMore."


def test_it_wins_over_the_text() -> None:
    text = "time limit per test: 2 seconds. The absolute error is at most 1e-6. This is an interactive problem."
    problem = parse_statement(f"---\ntime_limit: 3s\nchecker: exact\ninteractive: no\n---\n{text}").problem
    assert (problem.time_limit_ms, problem.checker, problem.interactive) == (3000, Checker(CheckerKind.EXACT), False)


@pytest.mark.parametrize(
    "text", ["---\n\nA chapter.\n\n---\n", "---", "\n---\ntitle: T\n---\n", "----\ntitle: T\n----\n"]
)
def test_a_rule_is_not_front_matter(text: str) -> None:
    parsed = parse_statement(text)
    assert parsed.problem.statement == text.strip("\n")
    assert [finding.code for finding in parsed.findings] == ["no-examples"]


def test_empty_front_matter() -> None:
    assert parse_statement("---\n---\nText.").problem.statement == "Text."


def test_findings_are_on_their_lines() -> None:
    parsed = parse_statement("---\r\ntitle: T\r\nspeed: 3\r\n---\r\nSample Input 1\r\n5\r\n")
    assert [(finding.code, finding.line) for finding in parsed.findings] == [
        ("no-examples", 0),
        ("bad-front-matter", 2),
        ("example-incomplete", 4),
    ]
