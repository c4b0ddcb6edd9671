"""`alphacode doctor`, and running without a sandbox, which only the command line itself can ask for."""

import json
from pathlib import Path

import pytest

from alphacode_sandbox import LEVELS
from tests.cli.conftest import Alphacode

# Prints "escaped" where nothing holds it back: a sandboxed program can start no other.
STARTS_ANOTHER = "import os, sys\nif os.fork() == 0: os._exit(0)\nos.wait()\nprint('escaped')"


def test_says_the_level_and_the_languages(alphacode: Alphacode) -> None:
    code, out, err = alphacode("doctor")
    assert (code, err) == (0, "")
    _, sandbox, pace, *languages = out.splitlines()
    level = sandbox.split()[1].rstrip(":")
    assert level in {"L1", "L2", "L3"}
    assert any(line.split() == ["Python", "ready"] for line in languages)
    report = json.loads(alphacode("doctor", "--json")[1])
    assert (report["isolation"], report["languages"]["Python"]) == (level, "")
    assert pace.startswith("pace       ")
    assert 1 <= report["host_factor"] <= 2


def test_says_why_there_is_no_sandbox(alphacode: Alphacode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code, out, _ = alphacode("doctor")
    assert code == 1
    assert "sandbox    none" in out
    assert "pace" not in out
    assert "Install one (`apt install g++`" in out


def test_no_sandbox_takes_an_explicit_word(alphacode: Alphacode, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(STARTS_ANOTHER)
    (tmp_path / "problem.md").write_text("# Escape\n\n## Example\n\n```input\n1\n```\n\n```output\nescaped\n```\n")
    code, out, err = alphacode("test", tmp_path / "main.py", "--json")
    report = json.loads(out)
    assert (code, err, report["verdict"]) == (1, "", "RE")
    assert report["isolation"] in LEVELS

    code, out, err = alphacode("test", tmp_path / "main.py", "--json", "--unsafe-no-sandbox")
    report = json.loads(out)
    assert (code, report["verdict"], report["isolation"]) == (0, "AC", "L0")
    assert "without isolation" in err
