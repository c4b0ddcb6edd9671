"""Intervals by the bootstrap over tasks: how much a mean owes to which tasks there happen to be."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

N_RESAMPLES = 2000
SEED = 0

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean over tasks, in per cent or in points of it, and its 95 % interval."""

    mean: float
    interval: Interval


def rate_of(values: Sequence[float]) -> Rate:
    """Of a chance a task."""
    low, high = interval(values)
    return Rate(100 * sum(values) / len(values), (100 * low, 100 * high))


def interval(values: Sequence[float], n_resamples: int = N_RESAMPLES, seed: int = SEED) -> Interval:
    """95 % of the means of so many resamples lie in it. For a paired comparison, `values` are differences."""
    rng = random.Random(seed)
    n = len(values)
    means = sorted(sum(rng.choices(values, k=n)) / n for _ in range(n_resamples))
    return means[round(0.025 * (n_resamples - 1))], means[round(0.975 * (n_resamples - 1))]
