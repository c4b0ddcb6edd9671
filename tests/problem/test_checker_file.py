"""A statement's checker program, read with what it includes."""

from pathlib import Path

import pytest

from alphacode_sandbox import CheckerForm, CheckerProgram, Program
from alphacode_server.problem import CheckerFile
from alphacode_server.problem.association import FILES_ON_DISK
from alphacode_server.problem.checker_file import CheckerFileError, read_checker


def test_what_is_included_comes_with_it(tmp_path: Path) -> None:
    (tmp_path / "testlib.h").write_text("int quitf();\n")
    (tmp_path / "check.cpp").write_text('#include <cstdio>\n#include "testlib.h"\n#include "gone.h"\nint main() {}\n')
    code = '#include <cstdio>\nint quitf();\n\n#include "gone.h"\nint main() {}\n'
    checker = read_checker(CheckerFile("check.cpp", CheckerForm.KATTIS), tmp_path, FILES_ON_DISK.read)
    assert checker == CheckerProgram(Program("cpp", code), CheckerForm.KATTIS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.cpp", None, "the checker gone.cpp cannot be read: No such file"),
        ("check.txt", b"", "the checker check.txt is in no language that is known here"),
        ("check.py", b"\xff", "the checker check.py is not UTF-8 text"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckerFileError) as raised:
        read_checker(CheckerFile(name), tmp_path, FILES_ON_DISK.read)
    assert message in str(raised.value)
