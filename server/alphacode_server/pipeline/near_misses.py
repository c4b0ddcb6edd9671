"""Near misses: the best of the programs that fail an example."""

from collections.abc import Sequence
from dataclasses import replace

from alphacode_sandbox import Judge
from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.pool import Pool
from alphacode_server.pipeline.ranking import most_promising
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.problem import Problem
from alphacode_server.selection import output_hash


async def near_misses(pool: Pool, problem: Problem, judge: Judge, n: int) -> Sequence[Candidate]:
    """Best first, each run on every example now, as filtering stopped at their first failure."""
    failing = (c for c in pool.candidates if c.judgement.cases and c.judgement.passed < len(problem.examples))
    nearest = most_promising(failing, n)
    tests = (judge.test(c.program, problem.examples, problem.limits, problem.checker) for c in nearest)
    judgements = await all_of(tests, on_done=lambda _: None)
    return most_promising((replace(c, judgement=j) for c, j in zip(nearest, judgements, strict=True)), n)


def unlike(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """The first of each group that does the same on every example: verdicts and outputs alike."""
    firsts: dict[tuple[tuple[str, str], ...], Candidate] = {}
    for candidate in candidates:
        behaviour = tuple((case.verdict, output_hash(case.run.stdout)) for case in candidate.judgement.cases)
        firsts.setdefault(behaviour, candidate)
    return tuple(firsts.values())
