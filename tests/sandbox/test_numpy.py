"""Programs that import numpy: it lies outside of what Python itself needs, and an interpreter of its own has it loaded.

Not at L1, where a root user's programs may be run by another Python, which has its own packages.
"""

import importlib.util

import pytest

from alphacode_sandbox import Case, Limits, Program
from tests.missing import missing
from tests.sandbox.levels import judge_at

SUMS = Program("python", "import numpy as np\n\nprint(np.arange(int(input())).sum())\n")
# Says what was loaded before its first line.
LOOKS = "import sys\nprint('numpy' in sys.modules)\n"


@pytest.fixture(params=["L2", "L3"])
def level(request: pytest.FixtureRequest) -> str:
    if importlib.util.find_spec("numpy") is None:
        missing("numpy is not installed beside this package")
    return str(request.param)


async def test_a_program_may_use_numpy(level: str) -> None:
    async with judge_at(level) as judge:
        runs = await judge.run(SUMS, ["4", "5"])
        judgement = await judge.test(SUMS, [Case("4", "6")])
    assert [run.stdout for run in runs] == ["6\n", "10\n"], runs
    assert judgement.verdict == "AC"


async def test_it_is_loaded_before_the_programs_that_import_it_and_no_others(level: str) -> None:
    async with judge_at(level) as judge:
        (with_numpy,) = await judge.run(Program("python", LOOKS + "import numpy\n"), [""])
        (without,) = await judge.run(Program("python", LOOKS), [""])
    assert (with_numpy.stdout, without.stdout) == ("True\n", "False\n")


async def test_it_leaves_a_program_its_memory(level: str) -> None:
    takes = Program("python", "import numpy as np\nprint(np.ones(int(input()) << 17).nbytes >> 20)\n")
    async with judge_at(level) as judge:
        (fits, does_not) = await judge.run(takes, ["100", "1000"], Limits(memory_mb=200))
    assert (fits.verdict, fits.stdout) == ("RUN", "100\n")
    assert does_not.verdict == "MLE"
