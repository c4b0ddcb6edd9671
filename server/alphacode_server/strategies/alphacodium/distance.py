"""How far an output is from what was expected, as AlphaCodium measures which attempt is best."""

import math
from collections.abc import Sequence

from alphacode_sandbox import Case, CaseResult, Verdict


def distance(cases: Sequence[Case], results: Sequence[CaseResult]) -> float:
    """Over all cases; infinite where a program does not compile, gives no output or one of another shape."""
    if len(results) < len(cases):
        return math.inf
    return math.fsum(
        0.0 if result.verdict is Verdict.AC else _between(case.expected or "", result)
        for case, result in zip(cases, results, strict=True)
    )


def _between(expected: str, result: CaseResult) -> float:
    if result.run.verdict is not Verdict.RUN:
        return math.inf
    wanted, got = ([line.strip() for line in text.strip().splitlines()] for text in (expected, result.run.stdout))
    if not got or len(wanted) != len(got):
        return math.inf
    try:
        return math.fsum(abs(float(one) - float(other)) for one, other in zip(wanted, got, strict=True))
    except ValueError:
        return float(sum(one != other for one, other in zip(wanted, got, strict=True)))
