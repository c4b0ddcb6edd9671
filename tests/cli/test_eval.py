"""`alphacode eval pool`, from a recorded search to a table, and `alphacode eval parse`."""

import json
from pathlib import Path

import pytest

from alphacode_server.selection import SELECTORS, Evidence, Recording, read_recording, write_recording
from tests.cli.conftest import Alphacode
from tests.cli.test_commands import EVEN, RIGHT, STATEMENT
from tests.selection.pools import matrix


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Two tasks: the larger cluster is right in one of them, and duplicates mislead in the other."""
    folder = tmp_path / "pool"
    folder.mkdir()
    first = Evidence(matrix("xy", "xy", "yx"))
    second = Evidence(matrix("xy", "yx", "yx", multiplicities=(5, 1, 1)))
    write_recording(Recording("first", first, (True, True, False)), folder / "1.jsonl.gz")
    write_recording(Recording("second", second, (False, True, True)), folder / "2.jsonl.gz")
    return folder


def test_eval_prints_one_json_object(alphacode: Alphacode, pool: Path) -> None:
    code, out, err = alphacode("eval", "pool", pool, "--selector", "size,distinct-size,ours", "--k", "1,2", "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert (report["default"], report["tasks"]) == ("ours", 2)
    size, distinct, ours = report["selectors"]
    assert (size["name"], size["at"]) == ("size", {"1": 50.0, "2": 100.0})
    assert (distinct["name"], distinct["at"]) == ("distinct-size", {"1": 100.0, "2": 100.0})
    assert size["interval"] == {"1": [0.0, 100.0], "2": [100.0, 100.0]}
    assert ours["default_ahead"] == {"1": 0.0, "2": 0.0}
    assert 0 < ours["calibration"]["brier"] < 1
    assert sum(each["n"] for each in ours["calibration"]["bins"]) == 4
    assert "calibration" not in size


def test_eval_prints_a_table_of_all(alphacode: Alphacode, pool: Path) -> None:
    code, out, _ = alphacode("eval", "pool", pool)
    assert code == 0
    for name in (*SELECTORS, "oracle"):
        assert f"\n{name} " in out
    assert "2 tasks" in out
    assert "behind the best cluster" in out
    assert "Brier score" in out


def test_eval_names_what_it_cannot_read(alphacode: Alphacode, pool: Path) -> None:
    (pool / "2.jsonl.gz").write_bytes(b"oops")
    code, _, err = alphacode("eval", "pool", pool)
    assert code == 2
    assert "2.jsonl.gz, line 1" in err


def test_eval_refuses_a_selector_it_does_not_know(alphacode: Alphacode, pool: Path) -> None:
    code, _, err = alphacode("eval", "pool", pool, "--selector", "size,best")
    assert code == 2
    assert "no selector 'best'" in err
    assert alphacode("eval", "pool", pool, "--k", "0")[0] == 2


def test_solve_saves_what_every_selector_can_be_replayed_on(alphacode: Alphacode, tmp_path: Path) -> None:
    statement, samples, saved = tmp_path / "problem.md", tmp_path / "samples.jsonl", tmp_path / "matrix.jsonl.gz"
    statement.write_text(STATEMENT, encoding="utf-8")
    samples.write_text("\n".join(json.dumps({"code": code, "language": "python"}) for code in [EVEN, RIGHT, EVEN]))
    solve = ("solve", statement, "--sampler", f"replay:{samples}", "--language", "python", "--seed", 1, "--json")
    code, out, _ = alphacode(*solve, "--selector", "size", "--save-matrix", saved)
    assert code == 0
    assert json.loads(out)["candidates"][0]["code"] == EVEN
    recording = read_recording(saved)
    assert recording.problem == "Fours"
    assert sorted(recording.evidence.matrix.multiplicities) == [1, 2]
    assert recording.evidence.matrix.time_ms
    assert recording.correct is None
    code, _, err = alphacode("eval", "pool", saved)
    assert code == 2
    assert "says of no program whether it is right" in err
    assert alphacode(*solve, "--save-matrix", tmp_path / "no" / "folder.gz")[0] == 2
    assert alphacode(*solve, "--save-matrix", saved, "--backend", "http://127.0.0.1:1")[0] == 2


def test_eval_scores_tells_what_scores_are_worth(alphacode: Alphacode, tmp_path: Path) -> None:
    for number, right in enumerate([(True, False), (True, True), (False, False)]):
        evidence = Evidence(matrix("x", "y"), scores={0: 0.9, 1: 0.4}, scorer="zero-shot")
        write_recording(Recording("", evidence, right), tmp_path / f"{number}.jsonl.gz")
    code, out, err = alphacode("eval", "scores", tmp_path, "--json")
    assert (code, err) == (0, "")
    programs, clusters = json.loads(out)["scorers"]
    assert (programs["scorer"], programs["of"], programs["n"], programs["right"]) == ("zero-shot", "programs", 6, 3)
    assert (programs["auc_within"], clusters["of"]) == (1.0, "clusters")
    assert programs["platt"]["slope"] > 0
    assert sum(each["n"] for each in programs["calibrated"]["bins"]) == 6
    code, out, _ = alphacode("eval", "scores", tmp_path)
    assert code == 0
    assert "zero-shot  programs  6" in out
    assert "all tasks: Platt(slope=" in out


def test_eval_scores_names_a_pool_without_scores(alphacode: Alphacode, pool: Path) -> None:
    code, _, err = alphacode("eval", "scores", pool)
    assert code == 2
    assert f"{pool}: no program of this pool has a score" in err


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Two of LiveCodeBench's, of which one announces an example that it does not have."""
    text = "Print it.\n\nSample Input 1\n\n1\n\nSample Output 1\n\n1\n"
    rows = (
        {"question_id": "a", "question_content": text},
        {"question_id": "b", "question_content": "Sample Input 1\n"},
    )
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def test_eval_parse_names_what_is_read_wrongly(alphacode: Alphacode, questions: Path) -> None:
    code, out, _ = alphacode("eval", "parse", questions)
    assert code == 0
    assert "LiveCodeBench questions      1   2      50.0" in out
    assert "LiveCodeBench questions: b: 1 examples are announced, 0 were found" in out


def test_eval_parse_prints_one_json_object(alphacode: Alphacode, questions: Path) -> None:
    code, out, err = alphacode("eval", "parse", questions, "--json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["sets"]
    assert (found["kind"], found["n"], found["right"]) == ("LiveCodeBench questions", 2, 1)
    assert [failure["name"] for failure in found["failures"]] == ["b"]


def test_eval_parse_says_what_it_looks_for(alphacode: Alphacode, tmp_path: Path) -> None:
    assert "no statements here" in alphacode("eval", "parse", tmp_path)[2]
    assert "no such folder" in alphacode("eval", "parse", tmp_path / "nowhere")[2]
