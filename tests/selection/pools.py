"""Small pools written by hand: a row a program, a letter an input."""

from collections.abc import Sequence

from hypothesis import strategies as st

from alphacode_sandbox import Verdict
from alphacode_server.selection import (
    Cluster,
    Duel,
    Evidence,
    ExecutionMatrix,
    GeneratedTests,
    Group,
    Outcome,
    Ranking,
    output_hash,
)

NAMES = "abcdefghijklmnopqrstuvwxyz"


def matrix(*rows: str, multiplicities: Sequence[int] | None = None, names: str | None = None) -> ExecutionMatrix:
    """`T` is a time-out, `!` a crash, `-` was not run, `.` is no output at all, any other letter is an output."""
    return ExecutionMatrix.of(
        programs=tuple(names or NAMES[: len(rows)]),
        multiplicities=multiplicities or (1,) * len(rows),
        inputs=[str(i) for i in range(len(rows[0]))],
        outcomes=[tuple(map(outcome, row)) for row in rows],
    )


def outcome(letter: str) -> Outcome | None:
    if letter == "-":
        return None
    if letter == "T":
        return Outcome(Verdict.TLE, "", 2000, 0)
    if letter == "!":
        return Outcome(Verdict.RE, "", 1, 100)
    return Outcome(Verdict.RUN, output_hash("" if letter == "." else letter), 1, 100)


def votes(*inputs: str) -> tuple[dict[str, float], ...]:
    """Per input, a letter a vote."""
    return tuple({output_hash(letter): float(each.count(letter)) for letter in each} for each in inputs)


def written(*rows: str, counts: Sequence[float] | None = None) -> GeneratedTests:
    """Per program, a character a test: 1 where it passes."""
    return GeneratedTests(tuple(counts or [1] * len(rows[0])), tuple(int(row[::-1], 2) for row in rows))


def members(clusters: Sequence[Cluster | Group], of: ExecutionMatrix) -> list[set[str]]:
    """Program ids, group by group."""
    return [{of.programs[row] for row in each.members} for each in clusters]


def order(ranking: Ranking, evidence: Evidence) -> list[set[str]]:
    """Program ids tier by tier: groups with one score are one tier."""
    tiers: dict[float, set[str]] = {}
    for group, ids in zip(ranking, members(ranking, evidence.matrix), strict=True):
        tiers.setdefault(group.score, set()).update(ids)
    return list(tiers.values())


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Pools of at most ten programs on three inputs, with all evidence that there can be."""
    rows = draw(st.lists(st.text("xyT-.", min_size=3, max_size=3), min_size=1, max_size=10))
    n = len(rows)
    rows_of = st.integers(0, n - 1)
    scores = draw(st.dictionaries(st.integers(0, n - 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])))
    multiplicities = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    results = draw(st.lists(st.text("01", min_size=2, max_size=2), min_size=n, max_size=n))
    return Evidence(
        matrix=matrix(*rows, multiplicities=multiplicities),
        scores=scores,
        scorer=draw(st.sampled_from(["", "zero-shot"])),
        votes=draw(st.sampled_from([(), votes("x", "xy", ""), votes("y", "yyx", "x")])),
        written_tests=draw(st.sampled_from([None, written(*results, counts=(3, 1))])),
        n_examples=1,
        examples=(1,) * n,
        time_limits_ms=(2000,) * n,
        loads=draw(st.dictionaries(st.integers(0, n - 1), st.sampled_from([0.1, 0.9, 2.0]))),
        duels=tuple(draw(st.lists(st.builds(Duel, rows_of, rows_of, st.sampled_from([0.0, 0.5, 0.9])), max_size=3))),
    )
