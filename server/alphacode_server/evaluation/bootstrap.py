"""Intervals by the bootstrap over tasks: how much a mean owes to which tasks there happen to be."""

import random
from collections.abc import Sequence

N_RESAMPLES = 2000
SEED = 0

Interval = tuple[float, float]


def interval(values: Sequence[float], n_resamples: int = N_RESAMPLES, seed: int = SEED) -> Interval:
    """95 % of the means of so many resamples lie in it. For a paired comparison, `values` are differences."""
    rng = random.Random(seed)
    n = len(values)
    means = sorted(sum(rng.choices(values, k=n)) / n for _ in range(n_resamples))
    return means[round(0.025 * (n_resamples - 1))], means[round(0.975 * (n_resamples - 1))]
