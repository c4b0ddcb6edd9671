"""competitest's single file, as Neovim itself writes it, and what is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alphacode_sandbox import Case
from alphacode_server.problem.layouts.competitest import SingleFileError, read_single_file
from tests.missing import missing

WRITE = "io.stdout:write(vim.mpack.encode({table}))"


@pytest.mark.parametrize(
    ("table", "cases"),
    [
        ('{[0] = {input = "1 2\\n", output = "3"}, {input = "ü", output = ""}}', [("1 2\n", "3"), ("ü", None)]),
        ('{{input = "7", output = "8"}, [11] = {input = "b"}}', [("7", "8"), ("b", None)]),
        ("{}", []),
    ],
)  # fmt: skip
def test_what_neovim_writes(table: str, cases: list[tuple[str, str | None]], tmp_path: Path) -> None:
    if not (nvim := shutil.which("nvim", path=str(Path(sys.executable).parent))):
        missing("Neovim is not installed")
    script = tmp_path / "write.lua"
    script.write_text(WRITE.format(table=table), encoding="utf-8")
    written = subprocess.run([nvim, "--headless", "-l", script], capture_output=True, check=True).stdout
    assert read_single_file(written) == tuple(Case(*case) for case in cases)


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", "it is no MessagePack"),
        (b"\xc1", "it is no MessagePack"),
        (b"\x81\x00\x81\xa5inp", "it is no MessagePack"),
        (b"\x2a", "it holds no table of cases"),
        (b"\x81\x00\x2a", "case 0 has no text as its input"),
        (b"\x81\x00\x81\xa5input\xc4\x01\xff", "case 0 has no text as its input"),
    ],
)
def test_what_is_none_of_its_files(data: bytes, trouble: str) -> None:
    with pytest.raises(SingleFileError, match=trouble):
        read_single_file(data)
