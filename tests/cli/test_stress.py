"""`alphacode stress` in a terminal."""

import json
from pathlib import Path

import pytest

from alphacode_server.cli import main

GENERATOR = "import random, sys\nrandom.seed(int(sys.argv[1]))\nprint(random.randint(0, 9), random.randint(0, 9))\n"
SUM = "print(sum(map(int, input().split())))\n"
WRONG = "a, b = map(int, input().split())\nprint(a + b if a != 3 else 0)\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "gen.py").write_text(GENERATOR)
    (tmp_path / "main_brute.py").write_text(SUM)
    source = tmp_path / "main.py"
    source.write_text(SUM)
    return source


def test_no_difference(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", str(source), "--rounds", "20"]) == 0
    assert capsys.readouterr().out.startswith("No difference on ")


def test_the_first_difference_is_shown_and_kept(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(WRONG)
    assert main(["stress", str(source)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("WA with seed ")
    assert "Input\n3 " in out
    saved = source.parent / "test" / "custom-1.in"
    assert saved.read_text().startswith("3 ")
    assert f"Saved as {saved}" in out.replace("\n", "")
    # It is a case of the program from now on.
    assert main(["test", str(source)]) == 1


def test_a_difference_is_shown_where_it_cannot_be_kept(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(WRONG)
    (source.parent / "test").write_text("no folder")
    assert main(["stress", str(source), "--json"]) == 1
    out, err = capsys.readouterr()
    assert "the input is not kept: " in err
    report = json.loads(out)
    assert (report["saved"], report["difference"]["verdict"]) == (None, "WA")


def test_of_several_statements_one_must_be_chosen(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("problem.md", "statement.md"):
        source.with_name(name).write_text("# Sum\n\nAdd two numbers.\n")
    assert main(["stress", str(source), "--rounds", "5"]) == 2
    assert "choose one with --problem" in capsys.readouterr().err
    assert main(["stress", str(source), "--rounds", "5", "--problem", str(source.with_name("problem.md"))]) == 0


def test_json_and_nothing_kept(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(WRONG)
    assert main(["stress", str(source), "--no-save", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["saved"] is None
    assert report["difference"]["verdict"] == "WA"
    assert report["difference"]["input"].startswith("3 ")
    assert report["difference"]["stdout"] == "0\n"
    assert not (source.parent / "test").exists()


def test_what_is_missing_or_broken_is_named(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generator = source.with_name("gen.py")
    generator.write_text("raise ValueError('no')\n")
    assert main(["stress", str(source)]) == 2
    assert "the generator fails with seed 1: RE, exit 3: ValueError: no" in capsys.readouterr().err
    generator.unlink()
    assert main(["stress", str(source)]) == 2
    assert "it would be called main_gen.py; name it with --generator" in capsys.readouterr().err


CHECKER = """
import sys
given, printed, _ = (open(name).read().split() for name in sys.argv[1:4])
sys.exit(0 if sum(map(int, printed)) == sum(map(int, given)) else 1)
"""


def test_the_statements_checker_program_judges(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.with_name("check.py").write_text(CHECKER)
    example = "## Example\n\nInput\n\n    2 3\n\nOutput\n\n    5\n"
    statement = source.with_name("problem.md")
    statement.write_text(f"---\nchecker: program ./check.py\n---\n# Sum\n\nPrint numbers with that sum.\n\n{example}")
    source.write_text("print(*input().split())\n")
    assert main(["test", str(source)]) == 0
    assert main(["stress", str(source), "--rounds", "10"]) == 0
    statement.write_text(statement.read_text().replace("check.py", "gone.py"))
    assert main(["test", str(source)]) == 2
    assert "the checker ./gone.py cannot be read: No such file or directory" in capsys.readouterr().err
