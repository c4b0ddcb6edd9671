"""Speed on large inputs: a share of the time limit a program, from inputs that anybody gets through."""

import pytest

from alphacode_sandbox import Judge, Judgement, Limits, Program, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.speed import NOT_THROUGH, measure_loads
from alphacode_server.selection import Evidence, ExecutionMatrix, cluster

LIMITS = Limits(time_s=0.2)
FAST = "print(sum(range(10)))"
FAST_TOO = "print(45)"
SLOW = "if int(input()) > 9:\n    while True: pass\nprint(45)"
BROKEN = "print(1 // (int(input()) < 10))"


async def loads(judge: Judge, large: list[str], *codes: str) -> dict[int, float]:
    candidates = [
        Candidate(code, Sample(Program("python", code), "test"), Judgement(Verdict.AC, "", ())) for code in codes
    ]
    matrix = ExecutionMatrix.of(codes, (1,) * len(codes), (), [()] * len(codes))
    evidence = Evidence(matrix, time_limits_ms=(1000,) * len(codes))
    return await measure_loads(candidates, evidence, cluster(matrix), large, judge, LIMITS)


async def test_a_program_that_does_not_get_through_is_told_from_one_that_does(judge: Judge) -> None:
    found = await loads(judge, ["10\n"], FAST, SLOW, BROKEN)
    assert found == {0: pytest.approx(0, abs=0.9), 1: NOT_THROUGH, 2: NOT_THROUGH}


async def test_an_input_that_nobody_gets_through_says_nothing(judge: Judge) -> None:
    assert await loads(judge, ["10\n"], SLOW, BROKEN) == {}
    found = await loads(judge, ["10\n", "1\n"], SLOW, BROKEN)
    assert all(load < 1 for load in found.values())


async def test_without_large_inputs_nothing_is_run(judge: Judge) -> None:
    assert await loads(judge, [], FAST, FAST_TOO) == {}
