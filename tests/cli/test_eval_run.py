"""`alphacode eval run`, from a data set to solve rates, in the real sandbox."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Alphacode
from tests.cli.test_commands import EVEN, RIGHT, STATEMENT, WRONG

HARD = STATEMENT.replace("Fours", "Never").replace("YES\n```", "MAYBE\n```")
SAMPLES = {"Fours": [EVEN, RIGHT, EVEN, WRONG], "Never": [RIGHT, EVEN, WRONG, WRONG]}


def problem(folder: Path, statement: str) -> None:
    (folder / "tests").mkdir(parents=True)
    (folder / "problem.md").write_text(statement, encoding="utf-8")
    for number, answer in {12: "YES", 6: "NO"}.items():
        (folder / "tests" / f"{number}.in").write_text(f"{number}\n")
        (folder / "tests" / f"{number}.ans").write_text(f"{answer}\n")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two problems; of the second no program passes the example."""
    problem(tmp_path / "problems" / "easy" / "fours", STATEMENT)
    problem(tmp_path / "problems" / "hard" / "never", HARD)
    return tmp_path / "problems"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A recording a problem."""
    folder = tmp_path / "samples"
    folder.mkdir()
    for title, codes in SAMPLES.items():
        lines = ({"problem": title, "code": code, "language": "python", "n_tokens": 10} for code in codes)
        (folder / f"{title}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


@pytest.fixture
def arguments(dataset: Path, recordings: Path, tmp_path: Path) -> list[str]:
    options = ("--samples", "4", "--language", "python", "--seed", "1", "--out", str(tmp_path / "run"))
    return ["eval", "run", str(dataset), "--sampler", f"replay:{recordings}", *options]


def log(tmp_path: Path) -> dict[str, dict[str, object]]:
    """The lines of a run's log by problem."""
    lines = map(json.loads, (tmp_path / "run" / "log.jsonl").read_text().splitlines())
    return {line["problem"]: line for line in lines}


def test_a_data_set_is_measured(alphacode: Alphacode, arguments: list[str], tmp_path: Path) -> None:
    code, out, err = alphacode(*arguments, "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert (report["problems"], report["left_out"], report["model"]) == (2, {}, "replay:samples")
    assert (report["settings"]["samples"], report["settings"]["seed"]) == (4, 1)
    curves = {(curve["name"], curve["picks"]): curve for curve in report["curves"]}
    assert {name for name, _ in curves} == {"ours", "alphacode2", "size", "random", "pass"}
    assert curves["pass", None]["at"] == {"1": 12.5, "2": 25.0, "4": 50.0}
    assert curves["random", 10]["at"] == curves["pass", None]["at"]
    assert curves["ours", 10]["at"]["4"] == 50
    assert curves["pass", None]["interval"]["4"] == [0, 100]
    assert report["costs"]["tokens"] == 80
    assert Path(report["plot"]).read_text().startswith("<?xml")

    fours, never = log(tmp_path)["easy/fours"], log(tmp_path)["hard/never"]
    assert fours["counts"] == {"sampled": 4, "distinct": 3, "compiled": 3, "passing": 3, "clusters": 2, "right": 1}
    assert sorted(fours["picks"]) == ["AC", "WA"]
    assert (fours["samples"], fours["tokens"], fours["model"], fours["selector"]) == (4, 40, "replay:samples", "ours")
    assert fours["seconds"].keys() >= {"sample", "cluster", "hidden_tests", "total"}
    assert fours["cpu_s"].keys() >= {"sample", "cluster", "hidden_tests"}
    assert never["counts"]["passing"] == never["counts"]["right"] == 0
    assert never["picks"] == []
    assert fours["seed"] != never["seed"]


def test_strategies_are_measured_side_by_side(alphacode: Alphacode, arguments: list[str], tmp_path: Path) -> None:
    names = ["alphacode2", "alphacode", "direct"]
    code, out, _ = alphacode(*arguments, "--strategy", ",".join(names), "--json")
    assert code == 0
    runs = json.loads(out)["strategies"]
    assert [run["name"] for run in runs] == names
    assert [[*run["curves"][0]["at"]] for run in runs] == [["4"], ["4"], ["1"]]
    assert [run["curves"][1]["at"] for run in runs] == [{"4": 50.0}, {"4": 50.0}, {"1": 0.0}]
    assert runs[1]["curves"][1]["interval"]["4"] == [0, 100]
    assert [(run["costs"]["written"], run["costs"]["calls"]) for run in runs] == [(80, 8), (80, 8), (20, 2)]
    assert (tmp_path / "run" / "alphacode" / "log.jsonl").is_file()

    code, out, err = alphacode(*arguments, "--strategy", ",".join(names))
    assert code == 0
    assert "2 of 2 problems are measured already" in err
    table = [line.split() for line in out.splitlines()]
    assert table[0] == ["strategy", "k", "1@k", "10@k", "pass@k", "tokens", "calls", "seconds"]
    assert [(line[0], line[1], *line[-3:-1]) for line in table[1:4]] == [
        ("alphacode2", "4", "80", "8"), ("alphacode", "4", "80", "8"), ("direct", "1", "20", "2"),
    ]  # fmt: skip


def test_strategies_share_what_they_are_measured_with(alphacode: Alphacode, arguments: list[str]) -> None:
    code, _, err = alphacode(*arguments, "--strategy", "alphacode2,direct")
    assert code == 0
    assert err.count("opening replay:") == 1


def test_what_asks_a_model_is_left_out_for_a_recording(alphacode: Alphacode, arguments: list[str]) -> None:
    code, out, err = alphacode(*arguments, "--strategy", "all")
    assert code == 0
    assert "! alphacodium is left out: it asks a model, and" in err
    assert {"alphacode2", "direct"} <= {line.split()[0] for line in out.splitlines() if line}
    code, _, err = alphacode(*arguments, "--strategy", "alphacodium")
    assert code != 0
    assert "alphacodium asks a model" in err


@pytest.mark.parametrize("option", [["--k", "2"], ["--selector", "size"], ["--plot", "plot.svg"]])
def test_curves_are_of_one_strategy(alphacode: Alphacode, arguments: list[str], option: list[str]) -> None:
    code, _, err = alphacode(*arguments, "--strategy", "alphacode2,direct", *option)
    assert code == 2
    assert "for the curves of one strategy" in err


def test_what_a_run_leaves_is_a_pool(alphacode: Alphacode, arguments: list[str], tmp_path: Path) -> None:
    assert alphacode(*arguments)[0] == 0
    code, out, _ = alphacode("eval", "pool", tmp_path / "run", "--selector", "oracle", "--json")
    assert code == 0
    assert json.loads(out)["tasks"] == 2
    assert json.loads(out)["selectors"][0]["at"] == {"1": 50.0, "2": 50.0, "10": 50.0}


def test_progress_is_a_line_a_problem_and_the_rates_are_a_table(alphacode: Alphacode, arguments: list[str]) -> None:
    code, out, err = alphacode(*arguments, "--selector", "size,oracle", "--k", "2,4")
    assert code == 0
    assert "1/2  easy/fours" in err
    assert "4 samples, 3 pass the examples, 1 right; solved at rank" in err
    assert "2/2  hard/never" in err
    assert "none passes the examples" in err
    table = [line.split() for line in out.splitlines()]
    assert table[0] == ["selector", "samples", "k", "2", "4"]
    assert [line[0] for line in table[1:6]] == ["size", "10@k", "oracle", "10@k", "any"]
    assert table[5][-6:] == ["25.0", "[0,", "50]", "50.0", "[0,", "100]"]
    assert "plot.svg" in out


def test_a_run_goes_on_and_measures_nothing_twice(
    alphacode: Alphacode, arguments: list[str], recordings: Path, tmp_path: Path
) -> None:
    assert alphacode(*arguments, "--limit", "1")[0] == 0
    assert log(tmp_path).keys() == {"easy/fours"}
    first = (tmp_path / "run" / "log.jsonl").read_text()
    assert "1 of 2 problems are measured already" in alphacode(*arguments)[2]
    assert (tmp_path / "run" / "log.jsonl").read_text().startswith(first)
    for file in recordings.iterdir():
        file.unlink()  # Nothing is left to be sampled, so that nobody opens it.
    code, out, _ = alphacode(*arguments, "--only", "hard/never", "--json", "--plot", tmp_path / "rates.png")
    assert code == 0
    assert json.loads(out)["problems"] == 1
    assert (tmp_path / "rates.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_seed_a_run_keeps_the_one_it_began_with(alphacode: Alphacode, arguments: list[str]) -> None:
    place = arguments.index("--seed")
    del arguments[place : place + 2]
    assert alphacode(*arguments, "--limit", "1")[0] == 0
    assert alphacode(*arguments)[0] == 0


def test_other_settings_are_refused(alphacode: Alphacode, arguments: list[str]) -> None:
    assert alphacode(*arguments, "--limit", "1")[0] == 0
    code, _, err = alphacode(*arguments, "--samples", "8")
    assert code == 2
    assert "samples 4, not 8" in err


def test_a_killed_run_goes_on(alphacode: Alphacode, arguments: list[str], tmp_path: Path) -> None:
    killed = half_way(arguments, tmp_path)
    killed.kill()
    killed.communicate()
    assert log(tmp_path).keys() == {"easy/fours"}
    code, _, err = alphacode(*arguments)
    assert code == 0
    assert "1 of 2 problems are measured already" in err
    assert log(tmp_path).keys() == {"easy/fours", "hard/never"}


def test_an_interrupted_run_ends_at_once(arguments: list[str], recordings: Path, tmp_path: Path) -> None:
    sleeper = {"problem": "Never", "code": "import time\ntime.sleep(60)", "language": "python"}
    (recordings / "Never.jsonl").write_text("\n".join([json.dumps(sleeper)] * 4))
    interrupted = half_way(arguments, tmp_path)
    interrupted.send_signal(signal.SIGINT)
    try:
        out, err = interrupted.communicate(timeout=90)
    except subprocess.TimeoutExpired:
        status = Path(f"/proc/{interrupted.pid}/status").read_text().splitlines()
        masks = [line for line in status if line.startswith(("SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"))]
        interrupted.send_signal(signal.SIGABRT)  # Its fault handler prints the stacks of all threads.
        out, err = interrupted.communicate(timeout=10)
        pytest.fail("\n".join(["the interrupt was lost", *masks, err]))
    assert (interrupted.returncode, out) == (130, "")
    assert err.endswith("alphacode: interrupted\n")
    assert "Traceback" not in err
    assert log(tmp_path).keys() == {"easy/fours"}


def half_way(arguments: Sequence[str], tmp_path: Path) -> subprocess.Popen[str]:
    """A run that has just measured one of two problems, and waits for the first sample of the other."""
    command = [Path(sys.executable).with_name("alphacode"), *arguments, "--replay-rate", "1"]
    environment = {**os.environ, "PYTHONFAULTHANDLER": "1"}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    file = tmp_path / "run" / "log.jsonl"
    while not file.exists() or not file.read_bytes().endswith(b"\n"):
        assert run.poll() is None
        time.sleep(0.01)
    return run


def test_rows_of_code_contests_are_measured(alphacode: Alphacode, recordings: Path, tmp_path: Path) -> None:
    tests = {"input": ["8\n", "6\n", "12\n"], "output": ["yes\n", "no\n", "yes\n"]}
    description = STATEMENT.replace("#", "").replace("```\n", "")
    row = {"name": "Fours", "description": description, "tests": tests}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    options = ("--samples", 4, "--language", "python", "--out", tmp_path / "run", "--json")
    code, out, _ = alphacode("eval", "run", tmp_path / "rows.jsonl", "--sampler", f"replay:{recordings}", *options)
    assert code == 0
    assert json.loads(out)["curves"][-1]["at"] == {"1": 25.0, "2": 50.0, "4": 100.0}


def test_what_cannot_be_measured_is_left_out(
    alphacode: Alphacode, arguments: list[str], dataset: Path, recordings: Path
) -> None:
    problem(dataset / "guess", "# Guess\n\nThis is an interactive problem.\n")
    (recordings / "Never.jsonl").unlink()
    code, out, err = alphacode(*arguments)
    assert code == 0
    assert "! guess is left out: interactive" in err
    assert "! hard/never is left out: replay:samples has no sample of 'Never'" in err
    assert "\n1 problem; " in out
    code, out, _ = alphacode(*arguments, "--json")
    assert json.loads(out)["left_out"].keys() == {"guess", "hard/never"}


def test_what_is_wrong_is_said_before_anything_is_sampled(
    alphacode: Alphacode, arguments: list[str], dataset: Path, tmp_path: Path
) -> None:
    def check(words: str, *more: str) -> None:
        code, _, err = alphacode(*arguments, *more)
        assert code == 2
        assert words in err

    check("no problem 'nothing', which --only names", "--only", "nothing")
    check("no problem 'easy/fives' (did you mean easy/fours?), 'never' (did you mean hard/never?), which --only names",
          "--only", "easy/fives", "never")  # fmt: skip
    check("drawn as .svg or .png or .pdf, not as 'rates.gif'", "--plot", "rates.gif")
    (dataset / "hard" / "never" / "tests" / "6.ans").unlink()
    check("6.in has no answer beside it")
    assert not (tmp_path / "run").exists()


def test_without_matplotlib_there_is_everything_but_the_plot(
    alphacode: Alphacode, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, _ = alphacode(*arguments, "--limit", "1")
    assert code == 0
    assert "pass@k" in out
    assert "pip install 'alphacode-lsp[eval]'" in out
    assert not (tmp_path / "run" / "plot.svg").exists()
