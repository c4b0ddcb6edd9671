"""Speed: how near programs come to the time limit on inputs as large as the statement allows.

Inputs that tell programs apart are small, so on them a slow program is like a fast one: nearly half of what AlphaCode
took for right was wrong or too slow (2022, section 3.2.1). Programs of one cluster may differ in this.
"""

from collections.abc import Sequence

from alphacode_sandbox import Judge, Limits, RunResult, Verdict
from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.selection import Cluster, Evidence

PER_CLUSTER = 3
"""Programs of a cluster that are measured at most."""
NOT_THROUGH = 2.0
"""The load of a program that is stopped on a large input, or breaks down."""


async def measure_loads(
    candidates: Sequence[Candidate],
    evidence: Evidence,
    clusters: Sequence[Cluster],
    large: Sequence[str],
    judge: Judge,
    limits: Limits,
) -> dict[int, float]:
    """By row, the longest CPU time on the large inputs as a share of the time limit: above 1 is too slow.

    Only inputs that some program gets through count: any other may well be larger than every valid one.
    """
    rows = [row for each in clusters for row in each.members[:PER_CLUSTER]] if large else []
    runs = await all_of((judge.run(candidates[row].program, large, limits) for row in rows), lambda _: None)
    is_fair = [any(each[place].verdict is Verdict.RUN for each in runs if each) for place in range(len(large))]
    shares = {
        row: [_share(run, evidence.time_limits_ms[row]) for run, fair in zip(each, is_fair, strict=False) if fair]
        for row, each in zip(rows, runs, strict=True)
    }
    return {row: max(each) for row, each in shares.items() if each}


def _share(run: RunResult, limit_ms: int) -> float:
    return round(1000 * run.cpu_s / limit_ms, 3) if run.verdict is Verdict.RUN else NOT_THROUGH
