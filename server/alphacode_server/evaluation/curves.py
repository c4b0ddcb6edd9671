"""Solve rates against the number of samples (AlphaCode 2022, section 2.2 and appendix A.3).

From K samples of every task, what k < K would have given: in closed form for random picks and for pass@k, and for the
other selectors from sub-samples, which are clustered and ranked anew. Only a sub-sample in which something is right can
be solved. So none but those are drawn, and pass@k says how many of all there are: no other draw would tell anything.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from alphacode_server.evaluation.bootstrap import Rate, rate_of
from alphacode_server.evaluation.comparison import paper_of, rank_by
from alphacode_server.evaluation.metrics import hypergeometric, n_at_k, pass_at_k, solve_chance
from alphacode_server.evaluation.task import Task

N_SUBSAMPLES = 5
"""Independent ones of a task for every k, as in the paper."""
N_DRAWS = 200
"""Of few tasks there are more, so that it is this many in all."""
PICKS = (1, 10)
RANDOM = "random"
PASS = "pass"  # noqa: S105  Of examples and tests.


@dataclass(frozen=True, slots=True)
class Sampled:
    """A task with all samples that were drawn for it."""

    task: Task
    """Of the programs that pass the examples."""
    n_samples: int

    @property
    def n_passing(self) -> int:
        """Samples that pass the examples."""
        return sum(self.task.evidence.matrix.multiplicities)

    @property
    def n_right(self) -> int:
        """Those of them that pass the hidden tests."""
        pairs = zip(self.task.evidence.matrix.multiplicities, self.task.is_right, strict=True)
        return sum(n for n, right in pairs if right)


@dataclass(frozen=True, slots=True)
class Curve:
    """One selector's n@k for every k, or pass@k."""

    name: str
    paper: str
    n_picks: int | None
    """None for pass@k: as many as there are samples."""
    at: dict[int, Rate]
    """By number of samples."""


def default_ks(n_samples: int) -> tuple[int, ...]:
    """Powers of two, and all samples."""
    return (*(1 << power for power in range(n_samples.bit_length()) if 1 << power < n_samples), n_samples)


def curves(tasks: Sequence[Sampled], names: Sequence[str], ks: Sequence[int]) -> tuple[Curve, ...]:
    """Of every selector at every number of picks; pass@k, the bound of them all, comes last.

    A task with fewer than k samples counts with those it has.
    """
    found = [curve for name in names for curve in _curves(tasks, name, ks)]
    bound = {k: rate_of([pass_at_k(each.n_samples, each.n_right, k) for each in tasks]) for k in ks}
    return (*found, Curve(PASS, "any sample right", None, bound))


def _curves(tasks: Sequence[Sampled], name: str, ks: Sequence[int]) -> list[Curve]:
    n_draws = max(N_SUBSAMPLES, N_DRAWS // len(tasks))
    chances = _by_random_picks if name == RANDOM else partial(_by_subsamples, name, n_draws)
    by_k = {k: [chances(each, k) for each in tasks] for k in ks}
    return [
        Curve(name, paper_of(name), n_picks, {k: rate_of([row[place] for row in rows]) for k, rows in by_k.items()})
        for place, n_picks in enumerate(PICKS)
    ]


def _by_random_picks(each: Sampled, k: int) -> tuple[float, ...]:
    return tuple(n_at_k(each.n_samples, each.n_passing, each.n_right, k, n_picks) for n_picks in PICKS)


def _by_subsamples(name: str, n_draws: int, each: Sampled, k: int) -> tuple[float, ...]:
    """Of every number of picks the chance to solve the task, over the selector's ties and draws in expectation."""
    if each.n_right == 0:
        return (0.0,) * len(PICKS)
    drawn = [each.task] if k >= each.n_samples else _drawn(each, k, n_draws)
    rankings = [(rank_by(name, task), task.is_right) for task in drawn]
    solvable = pass_at_k(each.n_samples, each.n_right, k)
    return tuple(solvable * fmean(solve_chance(ranking, right, n) for ranking, right in rankings) for n in PICKS)


def _drawn(each: Sampled, k: int, n_draws: int) -> list[Task]:
    """The task after `k` of its samples, of which one is right at least: several draws, the same for every selector."""
    rng = random.Random(f"{each.task.name} {k}")
    samples, is_right = each.task.samples, each.task.is_right
    right, wrong = ([row for row in samples if is_right[row] == truth] for truth in (True, False))
    n_others = each.n_samples - len(right)

    def draw() -> Task:
        n_right = _number(rng, each.n_samples, len(right), k, at_least=1)
        n_wrong = _number(rng, n_others, len(wrong), k - n_right)
        return each.task.of_samples([*rng.sample(right, n_right), *rng.sample(wrong, n_wrong)])

    return [draw() for _ in range(n_draws)]


def _number(rng: random.Random, n: int, n_marked: int, k: int, at_least: int = 0) -> int:
    """How many marked ones a draw of `k` out of `n` has, among the draws that have so many at least."""
    numbers, chances = zip(*((m, chance) for m, chance in hypergeometric(n, n_marked, k) if m >= at_least), strict=True)
    number: int = rng.choices(numbers, chances)[0]
    return number
