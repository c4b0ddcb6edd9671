"""Execution: the surviving programs run on the generated inputs, which fills the execution matrix."""

from collections.abc import Sequence

from alphacode_sandbox import Judge, Limits, Verdict
from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.selection import Behaviour, ExecutionMatrix, Outcome, outcome_of, signature

STEP = 10
"""Inputs a program is given at a time."""
MAX_SLOW = 3
"""A program is not run any further once this many inputs of it ended by the clock."""

Row = tuple[Outcome | None, ...]


async def execute(
    candidates: Sequence[Candidate], inputs: Sequence[str], judge: Judge, limits: Limits, report: Report
) -> ExecutionMatrix:
    """The matrix of all candidates, in their order. Cancelling stops what runs."""
    report.phase("cluster", 0, len(candidates))
    n_done, signatures = 0, set[tuple[Behaviour | None, ...]]()

    def on_row(row: Row) -> None:
        nonlocal n_done
        n_done += 1
        signatures.add(signature(row))
        report.phase("cluster", n_done, len(candidates), n_clusters=len(signatures))

    rows = await all_of((_row(candidate, inputs, judge, limits) for candidate in candidates), on_row)
    return ExecutionMatrix.of(
        programs=[candidate.id for candidate in candidates],
        multiplicities=[candidate.multiplicity for candidate in candidates],
        inputs=inputs,
        outcomes=rows,
    )


async def _row(candidate: Candidate, inputs: Sequence[str], judge: Judge, limits: Limits) -> Row:
    outcomes: list[Outcome | None] = []
    for start in range(0, len(inputs), STEP):
        runs = await judge.run(candidate.program, inputs[start : start + STEP], limits)
        outcomes += map(outcome_of, runs)
        if (
            sum(outcome is not None and outcome.status in (Verdict.TLE, Verdict.ILE) for outcome in outcomes)
            >= MAX_SLOW
        ):
            break
    return (*outcomes, *[None] * (len(inputs) - len(outcomes)))
