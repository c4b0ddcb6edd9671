"""The first look never turns away what the judge accepts: some of the juries' C++ programs, one by one and joined.

`benchmarks/compile.py --equivalence` takes all of them.
"""

import shutil

import pytest

from alphacode_sandbox.compilation import Tier
from benchmarks.compile import PROBLEMS, compare_verdicts, cpp_programs
from tests.missing import missing

EVERY = 40


@pytest.mark.parametrize("batch", [1, 4])
async def test_no_right_program_is_turned_away(batch: int) -> None:
    if shutil.which("clang++") is None:
        missing("clang++ is not installed: without it there is no filter tier for C++")
    if not PROBLEMS.exists():
        pytest.skip(f"{PROBLEMS} is missing: the jury's programs and tests are kept beside the project, not in it")
    found = await compare_verdicts(cpp_programs(PROBLEMS)[::EVERY], batch)
    assert sum(one.tier is Tier.FILTER for one in found) > len(found) / 2
    assert [one.known.name for one in found if one.is_wronged] == []
