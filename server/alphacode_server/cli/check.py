"""Judging ranked candidates on tests they were not chosen by, to mark which of them are right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alphacode_sandbox import Case, Program, Verdict, open_judge
from alphacode_server.cli.errors import UsageError
from alphacode_server.problem import Problem
from alphacode_server.protocol import RankedCandidate


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict of each checked rank on all the tests of a folder; empty when nothing was checked."""

    n_tests: int = 0
    verdicts: dict[int, Verdict] = field(default_factory=dict)


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Every `name.in` with its `name.ans` or `name.out`, by name. Raises UsageError when there is none."""
    cases = []
    for input_file in sorted(folder.glob("*.in")):
        answer = next((f for f in (input_file.with_suffix(".ans"), input_file.with_suffix(".out")) if f.exists()), None)
        if answer is None:
            raise UsageError(f"{input_file} has no answer beside it; add {input_file.with_suffix('.ans').name}")
        cases.append(Case(input_file.read_text(encoding="utf-8"), answer.read_text(encoding="utf-8")))
    if not cases:
        raise UsageError(f"{folder}: no .in files with their .ans")
    return tuple(cases)


async def check_candidates(candidates: Sequence[RankedCandidate], cases: Sequence[Case], problem: Problem) -> Check:
    """Run every candidate on the cases, in this machine's sandbox."""
    verdicts = {}
    async with open_judge() as judge:
        for candidate in candidates:
            program = Program(candidate.language, candidate.code)
            judgement = await judge.test(program, cases, problem.limits, problem.checker, stop_at_first_failure=True)
            verdicts[candidate.rank] = judgement.verdict
    return Check(len(cases), verdicts)
