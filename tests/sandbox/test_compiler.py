"""The cache of compiled programs: bounded, and never at the cost of a program in use."""

from pathlib import Path

from alphacode_sandbox import LANGUAGES, Program
from alphacode_sandbox.compiler import Compiler
from alphacode_sandbox.isolation import open_isolation
from alphacode_sandbox.runner import Runner


def python(number: int) -> Program:
    return Program("python", f"print({number})  # {'x' * 1000}")


async def test_room_is_bounded() -> None:
    found = LANGUAGES["python"].find()
    assert found is not None
    async with open_isolation((*found.readable, *found.executable)) as isolation:
        runner = Runner(isolation, workers=2)
        compiler = Compiler(runner, isolation.folder, {"python": found}, room_bytes=3500)
        async with compiler.compiled(python(0)) as held:
            for number in (1, 2, 3, 1, 4):
                async with compiler.compiled(python(number)) as compiled:
                    assert compiled.compilation.ok
            # Room for three: the one in use although it is the oldest, and the two used last.
            assert held.folder.exists()
            assert kept(isolation.folder) == [0, 1, 4]
        async with compiler.compiled(python(5)):
            pass
        assert kept(isolation.folder) == [1, 4, 5]


def kept(folder: Path) -> list[int]:
    return sorted(int(file.read_text()[6]) for file in folder.glob("*/main.py"))
