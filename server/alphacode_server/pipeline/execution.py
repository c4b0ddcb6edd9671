"""Execution: programs run on inputs, which fills the execution matrix. What has been run is never run again."""

from collections.abc import Callable, Sequence

from alphacode_sandbox import Judge, Limits, Verdict
from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.selection import Behaviour, ExecutionMatrix, Outcome, outcome_of, signature

STEP = 10
"""Inputs a program is given at a time, as long as it is not slow."""
MAX_SLOW = 3
"""A program is not run any further once so many of the inputs that are asked for ended by the clock."""

SLOW = (Verdict.TLE, Verdict.ILE)
"""How a program ends that the clock ends."""

Row = tuple[Outcome | None, ...]


class Experiment:
    """What programs did on inputs so far. Programs and inputs may be added at any time, and inputs be left out again.

    Programs are known by their candidate's id.
    """

    def __init__(self, judge: Judge, limits: Limits) -> None:
        self._judge = judge
        self._limits = limits
        self._outcomes: dict[str, dict[str, Outcome]] = {}

    async def run(
        self, candidates: Sequence[Candidate], inputs: Sequence[str], on_row: Callable[[Row], None] = lambda row: None
    ) -> None:
        """Run every candidate on every input that it was not run on before. Cancelling stops what runs.

        `on_row` is told what a candidate did on these inputs when it is through with them.
        """
        await all_of((self._fill(candidate, inputs) for candidate in candidates), on_row)

    def matrix(self, candidates: Sequence[Candidate], inputs: Sequence[str]) -> ExecutionMatrix:
        """The matrix of these candidates with their multiplicities on these inputs, in both orders."""
        return ExecutionMatrix.of(
            programs=[candidate.id for candidate in candidates],
            multiplicities=[candidate.multiplicity for candidate in candidates],
            inputs=inputs,
            outcomes=(self._row(candidate, inputs) for candidate in candidates),
        )

    def _row(self, candidate: Candidate, inputs: Sequence[str]) -> Row:
        outcomes = self._outcomes.get(candidate.id, {})
        return tuple(outcomes.get(text) for text in inputs)

    async def _fill(self, candidate: Candidate, inputs: Sequence[str]) -> Row:
        outcomes = self._outcomes.setdefault(candidate.id, {})
        missing = [text for text in inputs if text not in outcomes]
        while missing:
            n_slow = sum(text in outcomes and outcomes[text].status in SLOW for text in inputs)
            if n_slow >= MAX_SLOW:
                break
            # Only a program that was never slow is trusted with many inputs at a time.
            n = STEP if outcomes and not n_slow else MAX_SLOW - n_slow
            step, missing = missing[:n], missing[n:]
            runs = await self._judge.run(candidate.program, step, self._limits)
            # A program that does not compile has no runs.
            outcomes.update(zip(step, map(outcome_of, runs), strict=False))
        return self._row(candidate, inputs)


async def execute(
    experiment: Experiment, candidates: Sequence[Candidate], inputs: Sequence[str], report: Report
) -> ExecutionMatrix:
    """The matrix of all candidates on all inputs, in their orders; only what is missing is run, with progress."""
    report.phase("cluster", 0, len(candidates))
    n_done, signatures = 0, set[tuple[Behaviour | None, ...]]()

    def on_row(row: Row) -> None:
        nonlocal n_done
        n_done += 1
        signatures.add(signature(row))
        report.phase("cluster", n_done, len(candidates), n_clusters=len(signatures))

    await experiment.run(candidates, inputs, on_row)
    return experiment.matrix(candidates, inputs)
