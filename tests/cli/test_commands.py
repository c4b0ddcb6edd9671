"""The commands as a user types them, over recorded samples and in the real sandbox."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Alphacode
from tests.missing import missing

STATEMENT = """# Fours

Is n a multiple of 4?

## Input

One integer n.

## Output

YES or NO.

## Example

Input

```
8
```

Output

```
YES
```
"""
RIGHT = "print('YES' if int(input()) % 4 == 0 else 'NO')\n"
RIGHT_TOO = "n = int(input())\nprint('NO' if n % 4 else 'YES')\n"
EVEN = "print('YES' if int(input()) % 2 == 0 else 'NO')\n"
WRONG = "print('NO')\n"


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    file = tmp_path / "problem.md"
    file.write_text(STATEMENT, encoding="utf-8")
    return file


@pytest.fixture
def recording(tmp_path: Path) -> str:
    codes = [RIGHT, RIGHT_TOO, RIGHT, EVEN, WRONG]
    lines = [json.dumps({"code": code, "language": "python", "mean_logprob": -0.5}) for code in codes]
    (tmp_path / "samples.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return f"replay:{tmp_path / 'samples.jsonl'}"


def test_solve_prints_one_json_object(alphacode: Alphacode, statement: Path, recording: str) -> None:
    code, out, err = alphacode(
        "solve", statement, "--sampler", recording, "--language", "python", "--json", "--seed", 3
    )
    report = json.loads(out)
    assert code == 0
    assert err == ""
    assert set(report) == {"candidates", "counts", "timings", "seed", "model", "isolation", "outlook", "cost"}
    assert report["counts"] == {"sampled": 5, "distinct": 4, "compiled": 4, "passing": 4, "clusters": 2}
    assert report["seed"] == 3
    first, second = report["candidates"]
    assert (first["rank"], first["language"], first["code"]) == (1, "python", RIGHT)
    assert (first["passed"], first["total"]) == (1, 1)
    assert first["cluster"] == {"id": 1, "size": 3, "share": 0.75}
    assert first["score_kind"] == "probability"
    assert 0 < first["score"] < 1
    (example,) = first["examples"]
    assert (example["index"], example["verdict"]) == (1, "AC")
    assert example["memory_kb"] > 1000
    assert second["code"] == EVEN


def test_effort_that_a_recording_cannot_have_is_said(alphacode: Alphacode, statement: Path, recording: str) -> None:
    solve = ("solve", statement, "--sampler", recording, "--language", "python")
    code, _, err = alphacode(*solve, "--effort", "high")
    assert code == 0
    assert "no pairs are judged: replay:samples.jsonl has no language model to ask" in err
    assert alphacode(*solve, "--effort", "enormous")[0] == 2


def test_solve_shows_a_table_and_writes_the_programs(
    alphacode: Alphacode, statement: Path, recording: str, tmp_path: Path
) -> None:
    code, out, err = alphacode(
        "solve", statement, "--sampler", recording, "--language", "python", "--out", tmp_path / "out"
    )
    assert code == 0
    assert "75%" in out
    assert "% 4 == 0" in out
    assert "5 sampled" in err
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["01.py", "02.py"]
    assert (tmp_path / "out" / "01.py").read_text() == RIGHT


def test_solve_ends_early_and_says_so_unless_all_samples_are_asked_for(
    alphacode: Alphacode, statement: Path, tmp_path: Path
) -> None:
    line = json.dumps({"code": RIGHT, "language": "python"})
    (tmp_path / "samples.jsonl").write_text(f"{line}\n" * 64, encoding="utf-8")
    argv = ("solve", statement, "--sampler", f"replay:{tmp_path / 'samples.jsonl'}", "--language", "python")
    _, out, _ = alphacode(*argv, "--samples", 64)
    assert "32 of the samples were not drawn: the chance that they would change the ranks is about 0%." in out
    assert "Twice the samples would be expected to add 0.0 clusters to the 1 found." in out
    report = json.loads(alphacode(*argv, "--samples", 64, "--no-early-stop", "--json")[1])
    assert report["counts"]["sampled"] == 64
    assert report["outlook"] == {
        "new_clusters": 0.0, "first_passing": None, "unused": 0, "chance_of_change": None,
    }  # fmt: skip


def test_solve_marks_the_ranks_that_are_right(
    alphacode: Alphacode, statement: Path, recording: str, tmp_path: Path
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    for name, text in {"1.in": "2\n", "1.ans": "NO\n", "2.in": "4\n", "2.ans": "YES\n"}.items():
        (tests / name).write_text(text)
    argv = ("solve", statement, "--sampler", recording, "--language", "python", "--check", tests)
    _, out, _ = alphacode(*argv)
    assert "right: rank 1." in out
    report = json.loads(alphacode(*argv, "--json")[1])
    assert report["check"] == {"tests": 2, "verdicts": {"1": "AC", "2": "WA"}}


def test_a_recorded_solve_replays_to_the_same_ranks(
    alphacode: Alphacode, statement: Path, recording: str, tmp_path: Path
) -> None:
    argv = ("solve", statement, "--language", "python", "--json", "--seed", 1)
    first = json.loads(alphacode(*argv, "--sampler", recording, "--record", tmp_path / "again.jsonl")[1])
    second = json.loads(alphacode(*argv, "--sampler", f"replay:{tmp_path / 'again.jsonl'}")[1])
    codes = [[candidate["code"] for candidate in report["candidates"]] for report in (first, second)]
    assert codes[0] == codes[1]
    assert first["counts"] == second["counts"]


def test_no_passing_candidate_is_exit_code_1(alphacode: Alphacode, statement: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.jsonl").write_text(json.dumps({"code": WRONG, "language": "python"}))
    code, out, err = alphacode(
        "solve", statement, "--sampler", f"replay:{tmp_path / 'wrong.jsonl'}", "--language", "python"
    )
    assert code == 1
    assert "0/1" in out
    assert "no candidate passes" in err


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["missing.md"], 2, "missing.md: no such file"),
        (["."], 2, "is a folder"),
        (["empty.md"], 2, "the file is empty"),
        (["problem.md", "--samples", "0"], 2, "at least 1"),
        (["problem.md", "--sampler", "replay:absent.jsonl"], 1, "absent.jsonl"),
        (["problem.md", "--sampler", "oracle"], 1, "known: llama_cpp, openai, vllm, family:FILE"),
        (["problem.md", "--check", "no-tests"], 2, "no .in files"),
        (["problem.md", "--backend", "http://127.0.0.1:9"], 3, "127.0.0.1:9"),
    ],
)
def test_what_is_off_is_named(
    alphacode: Alphacode,
    statement: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(statement.parent)
    Path("empty.md").touch()
    Path("no-tests").mkdir()
    got, out, err = alphacode("solve", *argv)
    assert (got, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_a_statement_without_examples_is_said(alphacode: Alphacode, tmp_path: Path, recording: str) -> None:
    (tmp_path / "bare.md").write_text("# Fours\n\nIs n a multiple of 4?\n")
    _, _, err = alphacode("solve", tmp_path / "bare.md", "--sampler", recording, "--language", "python")
    assert "[no-examples]" in err


def test_test_accepts_and_rejects(alphacode: Alphacode, statement: Path) -> None:
    source = statement.with_name("main.py")
    source.write_text(RIGHT)
    code, out, _ = alphacode("test", source)
    assert code == 0
    assert out.startswith("AC")
    source.write_text(WRONG)
    code, out, _ = alphacode("test", source)
    assert code == 1
    assert "expected `YES`, got `NO`" in out


def test_test_prints_one_json_object(alphacode: Alphacode, statement: Path, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere.cpp"
    source.write_text(
        '#include <iostream>\nint main() { int n; std::cin >> n; std::cout << (n % 4 ? "NO" : "YES"); }\n'
    )
    code, out, _ = alphacode("test", source, "--problem", statement, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["verdict"], report["passed"], report["total"], report["language"]) == ("AC", 1, 1, "cpp")
    (case,) = report["cases"]
    assert (case["index"], case["verdict"], case["stdout"], case["expected"]) == (1, "AC", "YES", "YES\n")


@pytest.mark.parametrize(
    ("name", "code", "tool"),
    [
        (
            "Divides.java",
            "public class Divides { public static void main(String[] a) {\n"
            'System.out.println(new java.util.Scanner(System.in).nextInt() % 4 == 0 ? "YES" : "NO"); } }\n',
            "javac",
        ),
        (
            "divides.rs",
            "fn main() { let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap();\n"
            'println!("{}", if s.trim().parse::<i32>().unwrap() % 4 == 0 { "YES" } else { "NO" }); }\n',
            "rustc",
        ),
    ],
)
def test_test_runs_other_languages(alphacode: Alphacode, statement: Path, name: str, code: str, tool: str) -> None:
    if shutil.which(tool) is None:
        missing(f"{tool} is not installed")
    source = statement.with_name(name)
    source.write_text(code)
    status, out, _ = alphacode("test", source)
    assert (status, out.split()[0]) == (0, "AC"), out


def test_test_takes_a_language_where_the_ending_leaves_a_choice(alphacode: Alphacode, statement: Path) -> None:
    source = statement.with_name("main.cpp")
    source.write_text(
        "#include <iostream>\nstatic_assert(__cplusplus > 201703L);\n"
        'int main() { int n; std::cin >> n; std::cout << (n % 4 ? "NO" : "YES"); }\n'
    )
    code, out, _ = alphacode("test", source, "--language", "cpp20")
    assert code == 0
    assert "C++20" in out
    assert alphacode("test", source)[0] == 1


def test_test_names_the_endings_it_knows(alphacode: Alphacode, tmp_path: Path) -> None:
    (tmp_path / "main.cob").write_text("")
    code, _, err = alphacode("test", tmp_path / "main.cob")
    assert code == 2
    assert ".cpp, .py, .java, " in err


def test_test_shows_what_the_compiler_says(alphacode: Alphacode, statement: Path) -> None:
    source = statement.with_name("main.cpp")
    source.write_text("int main() { return oops; }\n")
    code, out, _ = alphacode("test", source)
    assert code == 1
    assert "CE" in out
    assert "oops" in out


def test_test_needs_a_statement(alphacode: Alphacode, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(RIGHT)
    code, _, err = alphacode("test", tmp_path / "main.py")
    assert code == 2
    assert "--problem" in err


def test_test_runs_the_cases_beside_the_program_too(alphacode: Alphacode, statement: Path) -> None:
    source = statement.with_name("main.py")
    source.write_text(RIGHT)
    cases = {"test/sample-1.in": "8\n", "test/sample-1.out": "NO\n", "test/custom-1.in": "6\n",
             "test/custom-1.out": "NO\n", "main_1.in": "7\n"}  # fmt: skip
    (source.parent / "test").mkdir()
    for name, text in cases.items():
        (source.parent / name).write_text(text)
    code, out, err = alphacode("test", source)
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["AC", "example"],
        ["RUN", "main_1.in"],
        ["AC", "test/custom-1.in"],
        ["AC", "2"],
    ]
    assert "test/sample-1.in: warning: same input as problem.md, example 1, other output" in err


def test_test_needs_no_statement_where_a_tool_left_the_samples(alphacode: Alphacode, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(RIGHT)
    for name, text in {"in1.txt": "8\n", "ans1.txt": "YES\n"}.items():
        (tmp_path / name).write_text(text)
    code, out, _ = alphacode("test", tmp_path / "main.py")
    assert code == 0
    assert out.startswith("AC   in1.txt")


def test_model_list_names_the_default(alphacode: Alphacode) -> None:
    code, out, _ = alphacode("model", "list")
    assert code == 0
    assert "qwen2.5-coder-1.5b (default)" in out


def test_model_path_tells_how_to_fetch_what_is_missing(
    alphacode: Alphacode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPHACODE_CACHE", str(tmp_path))
    code, _, err = alphacode("model", "path")
    assert code == 1
    assert "alphacode model pull qwen2.5-coder-1.5b" in err


def test_a_contest_problem_is_not_solved_before_somebody_says_that_it_is_over(
    alphacode: Alphacode, statement: Path, recording: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    statement.write_text(f"---\nurl: https://codeforces.com/contest/1/problem/A\n---\n{STATEMENT}")
    argv = ("solve", statement, "--sampler", recording, "--language", "python")
    code, out, err = alphacode(*argv)
    assert (code, out) == (5, "")
    assert "--contest-over" in err
    assert alphacode(*argv, "--contest-guard", "off")[0] == 0
    assert alphacode(*argv)[0] == 5
    assert alphacode(*argv, "--contest-over")[0] == 0
    assert alphacode(*argv)[0] == 0
    # Not even a contest that is over, nor a statement that says so itself.
    statement.write_text(statement.read_text().replace("url:", "contest_over: yes\nurl:"))
    assert alphacode(*argv)[0] == 0
    monkeypatch.setenv("ALPHACODE_CONTEST_GUARD", "block")
    code, _, err = alphacode(*argv)
    assert (code, "the contest guard is `block`" in err) == (5, True)
    monkeypatch.setenv("ALPHACODE_CONTEST_GUARD", "blok")
    code, _, err = alphacode(*argv)
    assert (code, "must be one of ask, block, off, not 'blok'" in err) == (2, True)
