"""Selectors side by side on the tasks of a pool."""

from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.evaluation.bootstrap import Rate, rate_of
from alphacode_server.evaluation.calibration import Calibration, calibration
from alphacode_server.evaluation.metrics import solve_chance
from alphacode_server.evaluation.oracle import ORACLE, oracle
from alphacode_server.evaluation.task import Task
from alphacode_server.selection import DEFAULT_SELECTOR, SELECTORS, Ranking


@dataclass(frozen=True, slots=True)
class Line:
    """One selector."""

    name: str
    paper: str
    at: dict[int, Rate]
    """By number of picks, how many tasks are solved."""
    default_ahead: dict[int, Rate]
    """By number of picks, by how much the default selector solves more: a paired comparison, task by task."""
    calibration: Calibration | None
    """Of the probabilities it gives its clusters, against the share of right samples in them; None without any."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of selectors on a pool."""

    tasks: int
    selectors: tuple[Line, ...]
    default: str = DEFAULT_SELECTOR


def compare(tasks: Sequence[Task], names: Sequence[str], ks: Sequence[int]) -> Comparison:
    """The selectors named, `oracle` among them where asked for, each at `ks` picks, ties and draws in expectation."""
    rankings = {name: [rank_by(name, task) for task in tasks] for name in (DEFAULT_SELECTOR, *names)}
    chances = {
        (name, k): [solve_chance(ranking, task.is_right, k) for ranking, task in zip(each, tasks, strict=True)]
        for name, each in rankings.items()
        for k in ks
    }

    def line(name: str) -> Line:
        ahead = {
            k: [ours - theirs for ours, theirs in zip(chances[DEFAULT_SELECTOR, k], chances[name, k], strict=True)]
            for k in ks
        }
        return Line(
            name=name,
            paper=paper_of(name),
            at={k: rate_of(chances[name, k]) for k in ks},
            default_ahead={k: rate_of(ahead[k]) for k in ks},
            calibration=_calibration(rankings[name], tasks),
        )

    return Comparison(len(tasks), tuple(map(line, names)))


def rank_by(name: str, task: Task) -> Ranking:
    """A task in a selector's order; the oracle's takes a look at the truth."""
    return oracle(task.evidence, task.is_right) if name == ORACLE else SELECTORS[name].rank(task.evidence)


def paper_of(name: str) -> str:
    """Where a selector is from."""
    return SELECTORS[name].paper if name in SELECTORS else "the best cluster known"


def _calibration(rankings: Sequence[Ranking], tasks: Sequence[Task]) -> Calibration | None:
    claims, truths = [], []
    for ranking, task in zip(rankings, tasks, strict=True):
        for group in ranking:
            if group.probability is not None:
                claims.append(group.probability)
                truths.append(solve_chance((group,), task.is_right, 1))
    return calibration(claims, truths) if claims else None
