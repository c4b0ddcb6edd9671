"""`alphacode judge` on small problem folders, in the real sandbox, and on problems of real contests."""

import json
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Alphacode

DATA = Path(__file__).parents[3] / "shared" / "data" / "problems"

RIGHT_PY = "print(2 * int(input()))\n"
RIGHT_CPP = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << 2 * n; }\n"
WRONG_PY = "print(int(input()) + 1)\n"
SLOW_CPP = "int main() { for (volatile int i = 0;; i = i + 1) {} }\n"
BROKEN_CPP = "int main() { return oops; }\n"

Judge = Alphacode


@pytest.fixture
def judge(alphacode: Alphacode) -> Judge:
    """Run `alphacode judge`."""
    return partial(alphacode, "judge")


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """Print twice the number. On 1, adding one is right as well."""
    return make(
        tmp_path / "twice",
        {
            "problem.json": json.dumps({"title": "Twice", "time_limit_s": 0.3}),
            "samples/1.in": "1\n",
            "samples/1.ans": "2\n",
            "tests/big.in": "21\n",
            "tests/big.ans": "42\n",
            "submissions/accepted/right.py": RIGHT_PY,
            "submissions/accepted/right.cpp": RIGHT_CPP,
            "submissions/wrong_answer/plus_one.py": WRONG_PY,
        },
    )


def make(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def report_of(out: str) -> dict[str, dict[str, object]]:
    return {one["file"]: one for one in json.loads(out)["submissions"]}


def test_a_program_is_judged_on_every_test(judge: Judge, twice: Path) -> None:
    code, out, err = judge(twice, "--submission", twice / "submissions/accepted/right.py")
    assert (code, err) == (0, "")
    first, second, last = out.splitlines()
    assert first.startswith("AC   samples/1  ")
    assert second.startswith("AC   tests/big ")
    assert " ms  " in second
    assert " MB" in second
    assert last.startswith("AC  submissions/accepted/right.py: 2 of 2 tests, Python, limit ")
    assert " s, sandbox L" in last


def test_several_programs_need_all_be_accepted(judge: Judge, twice: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(WRONG_PY)
    code, out, _ = judge(twice, "--submission", twice / "submissions/accepted/right.cpp", "--submission", mine)
    assert code == 1
    assert "WA   tests/big" in out
    assert "expected `42`, got `22`" in out
    assert f"WA  {mine}: 1 of 2 tests" in out


def test_a_language_is_taken_where_the_ending_leaves_a_choice(judge: Judge, twice: Path) -> None:
    make(twice, {"submissions/accepted/new.cpp": f"static_assert(__cplusplus > 202002L);\n{RIGHT_CPP}"})
    code, out, _ = judge(twice, "--all", "--json", "--language", "cpp23")
    report = report_of(out)
    assert code == 0
    assert [one["language"] for one in report.values()] == ["cpp23", "cpp23", "python", "python"]


def test_json_names_file_language_expectation_verdict_and_cases(judge: Judge, twice: Path) -> None:
    code, out, err = judge(twice, "--all", "--json")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == {"problem", "tests", "time_limit_s", "isolation", "submissions", "left_out"}
    report = report_of(out)
    assert list(report) == [
        "submissions/accepted/right.cpp",
        "submissions/accepted/right.py",
        "submissions/wrong_answer/plus_one.py",
    ]
    wrong = report["submissions/wrong_answer/plus_one.py"]
    assert (wrong["language"], wrong["expected"], wrong["verdict"]) == ("python", "wrong_answer", "WA")
    assert wrong["agrees"] is True
    # Five times as much for Python, and up to twice of that on a slow machine.
    assert 1.5 <= wrong["time_limit_s"] <= 3
    cases = wrong["cases"]
    assert isinstance(cases, list)
    assert [(case["name"], case["verdict"]) for case in cases] == [("samples/1", "AC"), ("tests/big", "WA")]
    assert set(cases[0]) == {"name", "verdict", "time_ms", "memory_kb", "difference"}
    assert cases[0]["memory_kb"] > 1000


def test_the_jury_is_agreed_with_however_a_program_fails(judge: Judge, twice: Path) -> None:
    make(
        twice / "submissions",
        {
            "time_limit_exceeded/slow.cpp": SLOW_CPP,
            "run_time_error/dies.py": "raise SystemExit(3)\n",
            "compile_error/broken.cpp": BROKEN_CPP,
        },
    )
    code, out, _ = judge(twice, "--all", "--json", "--stop-at-first-failure")
    report = report_of(out)
    assert code == 0
    assert {name.split("/")[1]: one["verdict"] for name, one in report.items()} == {
        "accepted": "AC",
        "compile_error": "CE",
        "run_time_error": "RE",
        "time_limit_exceeded": "TLE",
        "wrong_answer": "WA",
    }
    slow, broken = report["submissions/time_limit_exceeded/slow.cpp"], report["submissions/compile_error/broken.cpp"]
    assert isinstance(slow["cases"], list)
    assert len(slow["cases"]) == 1
    assert "oops" in str(broken["compile_output"])


def test_the_table_shows_what_the_jury_says_and_who_is_missed(judge: Judge, twice: Path) -> None:
    make(
        twice,
        {
            "submissions/wrong_answer/missed.py": RIGHT_PY,
            "submissions/accepted/not.py": WRONG_PY,
            "submissions/rejected/broken.cpp": BROKEN_CPP,
            "submissions/accepted/other.hs": "main = interact id\n",
            "local_verdicts.json": json.dumps({"submissions/wrong_answer/missed.py": {"results": {"t:big": "OK"}}}),
        },
    )
    code, out, _ = judge(twice, "--all")
    assert code == 1
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "│" in line]
    assert ["accepted", "3", "2", "1", "", "2 of 3"] in rows
    assert ["rejected", "1", "", "", "1", "0 of 1"] in rows
    assert ["wrong_answer", "2", "1", "1", "", "1 of 2"] in rows
    assert next(row[:4] for row in rows if row[0] == "wrong_answer/missed.py")[1:] == ["AC", "no", "passes"]
    assert "missed.py: the jury says wrong_answer, but it passes these tests, as in local_verdicts.json" in out
    assert "not.py: the jury accepts it, here it is WA" in out
    assert "broken.cpp: the jury says rejected, here it does not compile" in out
    assert "Left out, no toolchain: submissions/accepted/other.hs (hs)" in out


def test_a_kattis_package(judge: Judge, tmp_path: Path) -> None:
    folder = make(
        tmp_path,
        {
            "problem.yaml": "name: Half\nvalidator_flags: float_tolerance 1e-2\nlimits:\n  memory: 256\n",
            "data/sample/1.in": "3\n",
            "data/sample/1.ans": "1.5\n",
            "data/secret/group/2.in": "1\n",
            "data/secret/group/2.ans": "0.5\n",
            "submissions/accepted/near.py": "print(int(input()) / 2 + 0.001)\n",
            "submissions/wrong_answer/far.py": "print(int(input()) / 2 + 0.1)\n",
        },
    )
    code, out, _ = judge(folder, "--all", "--json")
    assert code == 0
    assert json.loads(out)["problem"] == "Half"
    assert [one["verdict"] for one in report_of(out).values()] == ["AC", "WA"]


FACTOR_VALIDATOR = """import sys
number = int(open(sys.argv[1]).read())
words = sys.stdin.read().split()
if len(words) == 2 and int(words[0]) * int(words[1]) == number and min(map(int, words)) > 1:
    sys.exit(42)
sys.exit(43)
"""
GUESS_VALIDATOR = """import sys
secret = int(open(sys.argv[1]).read())
for _ in range(8):
    line = sys.stdin.readline()
    guess = int(line) if line else 0
    print("=" if guess == secret else "<" if secret < guess else ">", flush=True)
    if guess == secret:
        sys.exit(42)
sys.exit(43)
"""
GUESS = """low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "=":
        break
    low, high = (middle + 1, high) if answer == ">" else (low, middle - 1)
"""


@pytest.mark.parametrize(
    ("kind", "validator", "test_input", "right", "wrong"),
    [
        ("custom", FACTOR_VALIDATOR, "15", "input(); print(5, 3)", "input(); print(15, 1)"),
        ("custom interactive", GUESS_VALIDATOR, "77", GUESS, "print(1, flush=True); input()"),
    ],
)
def test_a_kattis_package_with_a_validator_of_its_own(
    judge: Judge, tmp_path: Path, kind: str, validator: str, test_input: str, right: str, wrong: str
) -> None:
    folder = make(
        tmp_path,
        {
            "problem.yaml": f"validation: {kind}\n",
            "output_validators/check/check.py": validator,
            "data/secret/1.in": f"{test_input}\n",
            "data/secret/1.ans": "\n",
            "submissions/accepted/right.py": right,
            "submissions/wrong_answer/wrong.py": wrong,
        },
    )
    code, out, _ = judge(folder, "--all", "--json")
    assert [one["verdict"] for one in report_of(out).values()] == ["AC", "WA"], out
    assert code == 0


def test_the_time_limit_can_be_another(judge: Judge, twice: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.cpp"
    slow.write_text(SLOW_CPP)
    code, out, _ = judge(twice, "--submission", slow, "--time-limit", "0.1", "--json")
    assert code == 1
    assert json.loads(out)["time_limit_s"] == 0.1
    times = [case["time_ms"] for case in json.loads(out)["submissions"][0]["cases"]]
    assert all(time < 300 for time in times), times


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (["."], 2, "--submission"),
        (["nowhere", "--all"], 2, "nowhere: no such folder"),
        (["empty", "--all"], 2, "empty: no tests"),
        (["bare", "--all"], 2, "no programs under submissions/"),
        (["bare", "--submission", "absent.cpp"], 2, "absent.cpp: no such file"),
        (["bare", "--submission", "main.hs"], 1, "no toolchain on this machine"),
        (["bare", "--all", "--submission", "main.hs"], 2, "not allowed with"),
    ],
)
def test_what_is_off_is_named(
    judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path, {"empty/readme": "", "bare/tests/1.in": "", "bare/tests/1.ans": "", "main.hs": ""})
    got, out, err = judge(*argv)
    assert (got, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("problem", "n_accepted", "n_wrong"), [("gcpc2021/brentering", 6, 6), ("kth-challenge-2018/mathemagicians", 3, 2)]
)
def test_agrees_with_the_jury_of_a_real_contest(judge: Judge, problem: str, n_accepted: int, n_wrong: int) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is missing: the jury's programs and tests are kept beside the project, not in it")
    code, out, _ = judge(DATA / problem, "--all", "--json", "--stop-at-first-failure")
    # Programs in other languages are judged where their toolchain is.
    found = [one["agrees"] for one in report_of(out).values() if one["language"] in ("cpp", "python")]
    assert code == 0
    assert found == [True] * (n_accepted + n_wrong)
