"""The precompiled standard header: built when worth while, used, and never needed.

The real one takes a while, so the compiler here is one with a smaller <bits/stdc++.h>. It lies outside /usr, as a
compiler of the user's own would.
"""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from alphacode_sandbox import Judge, Program, Verdict, open_judge

COMPILER = """#!/bin/sh
exec {real} -isystem {folder}/include "$@"
"""


async def test_precompiled_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_compiler(tmp_path / "gcc", monkeypatch)
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    async with open_judge() as judge:
        for number in range(3):
            assert headers(cache) == []
            await check_prints(judge, number)
        while not headers(cache):  # noqa: ASYNC110 - the file is all there is to see of it
            await asyncio.sleep(0.02)
    (header,) = headers(cache)

    # What stands beside it is read only where the precompiled form is not accepted.
    header.with_suffix("").write_text("#error not precompiled\n")
    async with open_judge() as judge:
        await check_prints(judge, 4)
        refused = Program("cpp", "int before;\n#include <bits/stdc++.h>\nint main() {}")
        assert "not precompiled" in (await judge.compile(refused)).output

        header.write_bytes(header.read_bytes()[:100_000])
        await check_prints(judge, 5)


def install_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which("g++")
    assert real is not None
    (folder / "include" / "bits").mkdir(parents=True)
    (folder / "include" / "bits" / "stdc++.h").write_text("#include <cstdio>\n#include <vector>\n")
    (folder / "bin").mkdir()
    compiler = folder / "bin" / "g++"
    compiler.write_text(COMPILER.format(real=real, folder=folder))
    compiler.chmod(0o755)
    # A compiler cache that calls itself g++, in front of the compiler.
    (folder / "cache").mkdir()
    (folder / "cache" / "ccache").write_text("#!/bin/sh\nexit 1\n")
    (folder / "cache" / "ccache").chmod(0o755)
    (folder / "cache" / "g++").symlink_to("ccache")
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder / "cache"), str(compiler.parent), os.environ["PATH"]]))


def headers(cache: Path) -> list[Path]:
    return list(cache.glob("alphacode/headers/*/bits/stdc++.h.gch"))


async def check_prints(judge: Judge, number: int) -> None:
    code = f'#include <bits/stdc++.h>\nint main() {{ printf("%zu", std::vector<int>({number}).size()); }}'
    assert (await judge.compile(Program("cpp", code))).output == ""
    (run,) = await judge.run(Program("cpp", code), [""])
    assert (run.verdict, run.stdout) == (Verdict.RUN, str(number))
