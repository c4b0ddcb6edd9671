"""Programs that import numpy, which lies outside of what Python itself needs."""

from alphacode_sandbox import Program
from tests.sandbox.levels import judge_at

PROGRAM = Program("python", "import numpy as np\n\nprint(np.arange(int(input())).sum())\n")


async def test_a_program_may_use_numpy() -> None:
    async with judge_at("L2") as judge:
        runs = await judge.run(PROGRAM, ["4", "5"])
    assert [run.stdout for run in runs] == ["6\n", "10\n"], runs
