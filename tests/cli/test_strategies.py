"""`alphacode solve` by another strategy, over recorded samples."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Alphacode
from tests.cli.test_commands import EVEN, RIGHT, STATEMENT

TESTS = [
    {"input": "12\n", "output": "YES\n", "weight": 0.75},
    {"input": "8\n", "output": "YES\n", "weight": 0.75},
    {"input": "6\n", "output": "YES\n", "weight": 0.25},
]
THOUGHTS = {
    "flow": 1,
    "reflection": ["n is one integer"],
    "solution": "The remainder",
    "reason": "simple",
    "tests": TESTS,
}


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    file = tmp_path / "problem.md"
    file.write_text(STATEMENT, encoding="utf-8")
    return file


@pytest.fixture
def recording(tmp_path: Path) -> str:
    samples = [{"code": RIGHT, "language": "python", "n_tokens": 30, "thoughts": THOUGHTS}]
    samples += [{"code": EVEN, "language": "python", "n_tokens": 30}] * 3
    file = tmp_path / "recording.jsonl"
    file.write_text("".join(f"{json.dumps(sample)}\n" for sample in samples))
    return f"replay:{file}"


def test_a_strategy_is_named(alphacode: Alphacode, statement: Path, recording: str) -> None:
    for strategy, n_sampled in (("alphacode2", 4), ("alphacode", 4), ("direct", 1)):
        code, out, _ = alphacode("solve", statement, "--sampler", recording, "--strategy", strategy, "--json")
        report = json.loads(out)
        assert (code, report["counts"]["sampled"]) == (0, n_sampled)
        assert report["cost"] == {"calls": n_sampled, "tokens": 30 * n_sampled}
    code, _, err = alphacode("solve", statement, "--strategy", "guess")
    assert code == 2
    assert "alphacodium" in err


def test_what_a_flow_thought_is_in_the_report_and_its_tests_vote(
    alphacode: Alphacode, statement: Path, recording: str
) -> None:
    code, out, _ = alphacode("solve", statement, "--sampler", recording, "--json")
    assert code == 0
    first, second = json.loads(out)["candidates"]
    assert (first["code"], second["thoughts"]) == (RIGHT, None) or (second["code"], first["thoughts"]) == (RIGHT, None)
    (thoughts,) = [each["thoughts"] for each in (first, second) if each["thoughts"]]
    assert (thoughts["solution"], thoughts["reason"], len(thoughts["tests"])) == ("The remainder", "simple", 3)


def test_generated_tests_are_kept_on_request_once_and_unless_they_are_contradicted(
    alphacode: Alphacode, statement: Path, recording: str
) -> None:
    command = ("solve", statement, "--sampler", recording, "--save-tests")
    code, out, _ = alphacode(*command)
    assert code == 0
    assert "2 generated tests are in" in out
    folder = statement.parent / "test"
    texts = {file.name: file.read_text() for file in folder.iterdir()}
    assert texts == {
        "custom-1.in": "12\n", "custom-1.out": "YES\n", "custom-2.in": "8\n", "custom-2.out": "YES\n"
    }  # fmt: skip
    assert alphacode(*command)[0] == 0
    assert {file.name for file in folder.iterdir()} == set(texts)


@pytest.mark.parametrize("options", [("--save-tests",), ("--out", "{folder}/test"), ("--json", "--save-tests")])
def test_what_was_found_is_shown_where_files_cannot_be_written(
    alphacode: Alphacode, statement: Path, recording: str, options: tuple[str, ...]
) -> None:
    (statement.parent / "test").write_text("no folder")
    options = tuple(option.format(folder=statement.parent) for option in options)
    code, out, err = alphacode("solve", statement, "--sampler", recording, *options)
    assert code == 2
    assert "the files that were asked for are not all written: " in err
    assert str(statement.parent / "test") in err
    assert "replay:recording.jsonl" in out


def test_a_flow_needs_a_model(alphacode: Alphacode, statement: Path, recording: str) -> None:
    code, _, err = alphacode("solve", statement, "--sampler", recording, "--strategy", "alphacodium")
    assert code != 0
    assert "asks a model, and replay:recording.jsonl is a recording of programs" in err


def test_settings_of_a_flow_are_checked(alphacode: Alphacode, statement: Path, recording: str, tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    flow.write_text("[ai_tests]\nmax_calls = 3\n")
    command = ("solve", statement, "--sampler", recording, "--flow", flow)
    code, _, err = alphacode(*command, "--strategy", "alphacodium")
    assert code == 2
    assert "flow.toml" in err
    assert "max_calls" in err
    code, _, err = alphacode(*command)
    assert code == 2
    assert "--flow is for --strategy alphacodium" in err
    code, _, err = alphacode("solve", statement, "--backend", "http://127.0.0.1:1", "--flow", flow)
    assert code == 2
    assert "leave out --backend or --flow" in err


def test_a_log_of_something_else_is_refused(alphacode: Alphacode, statement: Path, recording: str) -> None:
    code, _, err = alphacode("solve", statement, "--sampler", recording, "--log", recording.removeprefix("replay:"))
    assert code != 0
    assert "recording.jsonl:1: no exchange with a model" in err
