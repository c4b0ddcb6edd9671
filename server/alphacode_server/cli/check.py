"""Judging ranked candidates on tests they were not chosen by, to mark which of them are right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alphacode_sandbox import Case, Judge, Program, Verdict
from alphacode_server.problem import Problem
from alphacode_server.problem.case_files import read_cases
from alphacode_server.protocol import RankedCandidate


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict of each checked rank on all the tests of a folder; empty when nothing was checked."""

    n_tests: int = 0
    verdicts: dict[int, Verdict] = field(default_factory=dict)


def read_hidden_cases(folder: Path) -> tuple[Case, ...]:
    """The cases of a folder, by name. Raises FolderError when there is none."""
    return tuple(named.case for named in read_cases(folder))


async def check_candidates(
    candidates: Sequence[RankedCandidate], cases: Sequence[Case], problem: Problem, judge: Judge
) -> Check:
    """Run every candidate on the cases."""
    verdicts = {}
    for candidate in candidates:
        program = Program(candidate.language, candidate.code)
        judgement = await judge.test(program, cases, problem.limits, problem.checker, stop_at_first_failure=True)
        verdicts[candidate.rank] = judgement.verdict
    return Check(len(cases), verdicts)
