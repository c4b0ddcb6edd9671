"""Each level runs programs, for users with and without privileges; what a level cannot run is said to be so."""

import os
import shutil
from dataclasses import replace

import pytest

from alphacode_sandbox import LANGUAGES, Case, Program, ToolchainMissing, Verdict
from alphacode_sandbox.compiler import Compiler
from alphacode_sandbox.isolation import LEVELS, open_isolation
from alphacode_sandbox.runner import Runner
from tests.sandbox import unprivileged
from tests.sandbox.levels import SAFE, judge_at, must_reach, temporary_folder

SUM = {
    "cpp": "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    "python": "print(sum(map(int, input().split())))",
}
NO_NAMESPACES = """#!/bin/sh
[ "$1" = --help ] && exec {real} --help
echo "bwrap: No permissions to create new namespace" >&2
exit 1
"""

# Prints the level, the verdict of each program on several inputs, and what is left when the judge has closed.
SCRIPT = f"""
import asyncio, os, sys
from pathlib import Path
from alphacode_sandbox import LANGUAGES, Case, Program, open_judge
from alphacode_sandbox.isolation import LEVELS, Bounds, Command, Profile, open_isolation
from alphacode_sandbox.toolchains.toolchain import LOADERS, RUNTIME, TOOLS, existing

PATHS = existing(*RUNTIME, *TOOLS, *LOADERS)
# A folder that its owner, who is also whoever runs the judge, cannot look into.
SPOIL = Command(
    ("/bin/sh", "-c", "mkdir -p $TMPDIR/closed/inner && chmod 0 $TMPDIR/closed"),
    (), PATHS, Bounds(10, 20, 1 << 30, 1 << 20), profile=Profile.COMPILER, writes=True,
)

async def main(layers):
    cases = [Case("1 2", "3"), Case("4 5", "9"), Case("0 0", "0"), Case("1 1", "3")]
    async with open_judge(layers=layers) as judge:
        print(judge.isolation)
        for language, code in {SUM!r}.items():
            judgement = await judge.test(Program(language, code), cases)
            print(language, *(case.verdict for case in judgement.cases))
            runs = await judge.run(Program(language, code), [case.input for case in cases])
            print(language, *(run.stdout.strip() for run in runs))
    async with open_isolation(PATHS, layers) as isolation:
        print("spoilt", (await isolation.execute(SPOIL)).exit_code)
    print("left", *(path.name for path in Path(os.environ["TMPDIR"]).glob("alphacode-*")))

asyncio.run(main(LEVELS.get(sys.argv[1])))
"""


@pytest.mark.parametrize("level", SAFE)
@pytest.mark.parametrize("language", SUM)
async def test_runs_programs(level: str, language: str) -> None:
    must_reach(level, language)
    async with judge_at(level) as judge:
        assert language in judge.languages
        judgement = await judge.test(Program(language, SUM[language]), [Case("1 2", "3"), Case("2 2", "5")])
        assert [case.verdict for case in judgement.cases] == [Verdict.AC, Verdict.WA]


@pytest.mark.skipif(os.getuid() != 0, reason="only a root user's programs run as somebody else")
async def test_interpreter_that_others_cannot_reach() -> None:
    found = LANGUAGES["python"].find()
    assert found is not None
    with temporary_folder() as folder:
        private = folder / "private"
        private.mkdir(mode=0o700)
        interpreter = str(shutil.copyfile("/bin/sh", private / "python"))
        hidden = replace(found, executable=(interpreter,), otherwise=None)
        async with open_isolation([interpreter], LEVELS["L1"]) as isolation:
            compiler = Compiler(Runner(isolation, 1), isolation.folder, {"python": hidden})
            assert compiler.languages == ()
            with pytest.raises(
                ToolchainMissing, match=f"Python programs cannot be run: {interpreter} lies in a folder"
            ):
                async with compiler.compiled(Program("python", "print()")):
                    pass


@pytest.mark.parametrize("wanted", ["best", "L1"])
@pytest.mark.parametrize("namespaces", [True, False], ids=["namespaces", "none"])
def test_user_without_privileges(wanted: str, namespaces: bool) -> None:
    with unprivileged.place() as place:
        tools = place / "tools"
        tools.mkdir()
        if not namespaces:
            (tools / "bwrap").write_text(NO_NAMESPACES.format(real=shutil.which("bwrap") or "false"))
            (tools / "bwrap").chmod(0o755)
        level, *lines = unprivileged.run(SCRIPT, place, wanted, path=f"{tools}:{os.defpath}")
    assert level in (("L1",) if wanted == "L1" or not namespaces else ("L1", "L2", "L3"))
    assert lines == [
        *(line for language in SUM for line in (f"{language} AC AC AC WA", f"{language} 3 9 0 2")),
        "spoilt 0",
        "left",
    ]
