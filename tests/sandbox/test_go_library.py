"""Go without its standard library in compiled form, as it is installed since Go 1.20."""

import os
import shutil
from pathlib import Path

import pytest

from alphacode_sandbox import Case, Program, open_judge
from alphacode_sandbox.toolchains import go
from tests.missing import missing

SUMS = Path(__file__).parent / "languages" / "go" / "sums.go"


async def test_library_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = shutil.which("go") or missing("Go is not installed")
    root = without_library(command, tmp_path / "go")
    monkeypatch.setenv("PATH", f"{root / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # All of them take half a minute.
    monkeypatch.setattr(go, "_PACKAGES", "bufio fmt os")
    async with open_judge() as judge:
        judgement = await judge.test(Program("go", SUMS.read_text()), [Case("2\n3 4\n", "7\n")])
        assert judgement.verdict == "AC", judgement
        (packages,) = (tmp_path / "cache" / "alphacode" / "go").glob("*/packages")
        assert "packagefile runtime=" in packages.read_text()
        written = packages.stat().st_mtime_ns
        unknown = 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("") }\n'
        compilation = await judge.compile(Program("go", unknown))
    assert not compilation.ok
    assert "net/http" in compilation.output
    assert packages.stat().st_mtime_ns == written


def without_library(command: str, copy: Path) -> Path:
    """A Go root with everything but the compiled library."""
    root = Path(command).resolve().parent.parent
    for folder in ("bin", "pkg"):
        (copy / folder).mkdir(parents=True)
    shutil.copy(root / "bin" / "go", copy / "bin" / "go")
    for name in ("src", "VERSION", "go.env", "pkg/tool", "pkg/include"):
        if (root / name).exists():
            (copy / name).symlink_to((root / name).resolve())
    return copy
