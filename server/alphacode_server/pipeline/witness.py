"""The witness: runs programs once more, for a judge to see what they print. The matrix keeps hashes of it only."""

from collections.abc import Sequence

from alphacode_sandbox import Judge
from alphacode_server.candidate import Candidate
from alphacode_server.problem import Problem
from alphacode_server.prompts import Run
from alphacode_server.selection import Cluster, ExecutionMatrix
from alphacode_server.selection.contrast import cells_by_input, telling_inputs

N_SHOWN = 3
"""Runs that a judge is shown of a program."""


class Witness:
    """Knows the programs of a matrix, and what sets them apart. Row i of the matrix is candidate i."""

    def __init__(
        self,
        problem: Problem,
        candidates: Sequence[Candidate],
        matrix: ExecutionMatrix,
        clusters: Sequence[Cluster],
        judge: Judge,
    ) -> None:
        self.problem = problem
        self.candidates = candidates
        self.matrix = matrix
        self._by_input = cells_by_input(matrix, clusters)
        self._judge = judge

    async def telling_runs(self, row: int) -> tuple[Run, ...]:
        """On the inputs that tell most of a program, then on examples: these tell less, as all survivors pass them."""
        generated = await self.runs(row, telling_inputs(self.matrix, self._by_input, row, N_SHOWN))
        cases = self.candidates[row].judgement.cases
        examples = [Run(self.problem.examples[case.index].input, case.run) for case in cases]
        return (*generated, *sorted(examples, key=lambda run: len(run.input)))[:N_SHOWN]

    async def runs(self, row: int, columns: Sequence[int]) -> tuple[Run, ...]:
        """A program on some inputs of the matrix; nothing for one that does not compile this time."""
        inputs = [self.matrix.inputs[column] for column in columns]
        results = await self._judge.run(self.candidates[row].program, inputs, self.problem.limits)
        return tuple(map(Run, inputs, results))
