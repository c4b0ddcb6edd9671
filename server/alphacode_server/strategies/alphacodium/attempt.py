"""A program of a flow, and how near it came to the examples."""

from dataclasses import dataclass

from alphacode_sandbox import CaseResult, Judgement, Program, Verdict
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.distance import distance


@dataclass(frozen=True, slots=True)
class Attempt:
    """On all examples."""

    program: Program
    judgement: Judgement
    distance: float

    @property
    def passes(self) -> bool:
        """Whether every example does; without examples, whether it compiles."""
        return self.judgement.verdict in (Verdict.AC, Verdict.RUN)

    @property
    def failures(self) -> dict[int, CaseResult]:
        """By the number of the example, from 0; none where it does not compile."""
        return {case.index: case for case in self.judgement.cases if case.verdict is not Verdict.AC}

    @property
    def rank(self) -> tuple[float, int]:
        """Lowest is best."""
        return self.distance, -self.judgement.passed


async def attempt(desk: Desk, program: Program) -> Attempt:
    """Tries a program."""
    judgement = await desk.test(program, desk.problem.examples)
    if judgement.verdict is Verdict.CE:
        return Attempt(program, judgement, float("inf"))
    return Attempt(program, judgement, distance(desk.problem.examples, judgement.cases))
