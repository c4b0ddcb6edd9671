"""Execution: the surviving programs run on the generated inputs, which fills the execution matrix."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from alphacode_sandbox import Judge, Limits, Verdict
from alphacode_server.candidate import Candidate
from alphacode_server.selection import ExecutionMatrix, Outcome, outcome_of

STEP = 10
"""Inputs a program is given at a time."""
MAX_SLOW = 3
"""A program is not run any further once this many inputs of it ended by the clock."""


async def execute(
    candidates: Sequence[Candidate], inputs: Sequence[str], judge: Judge, limits: Limits
) -> AsyncGenerator[ExecutionMatrix, None]:
    """Yield the matrix each time another program's row is complete; the last one holds them all.

    Rows are in the order of `candidates`, without those that are not run yet. Closing the iterator stops what runs.
    """
    rows: dict[int, tuple[Outcome | None, ...]] = {}
    tasks = {asyncio.ensure_future(_row(c, inputs, judge, limits)): i for i, c in enumerate(candidates)}
    pending = set(tasks)
    try:
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            rows |= {tasks[task]: task.result() for task in done}
            yield _matrix(candidates, inputs, rows)
    finally:
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


async def _row(
    candidate: Candidate, inputs: Sequence[str], judge: Judge, limits: Limits
) -> tuple[Outcome | None, ...]:
    outcomes: list[Outcome | None] = []
    for start in range(0, len(inputs), STEP):
        outcomes += map(outcome_of, await judge.run(candidate.program, inputs[start : start + STEP], limits))
        if sum(outcome is not None and outcome.status in (Verdict.TLE, Verdict.ILE) for outcome in outcomes) >= MAX_SLOW:
            break
    return (*outcomes, *[None] * (len(inputs) - len(outcomes)))


def _matrix(
    candidates: Sequence[Candidate], inputs: Sequence[str], rows: dict[int, tuple[Outcome | None, ...]]
) -> ExecutionMatrix:
    order = sorted(rows)
    return ExecutionMatrix(
        programs=tuple(candidates[i].id for i in order),
        multiplicities=tuple(candidates[i].multiplicity for i in order),
        inputs=tuple(inputs),
        outcomes=tuple(rows[i] for i in order),
    )
