"""Which policy of a family draws the next sample: evenly (AlphaCode 2), or by what each has found so far."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FLOOR = 0.05
"""Of the samples, for every policy: a family is there for its variety, and who is never asked finds nothing."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A policy, as far as one search knows it."""

    n_begun: int = 0
    """Samples it was asked for."""
    n_ended: int = 0
    """Those of which it is known what became of them."""
    n_found: int = 0
    """Clusters of programs that pass the examples which it was the first to write a program of."""


Allocation = Callable[[Sequence[Arm], random.Random], int]
"""The index of the arm that draws next."""


def evenly(arms: Sequence[Arm], rng: random.Random) -> int:
    """The arm that was asked least; equal ones in random order."""
    return min(range(len(arms)), key=lambda index: (arms[index].n_begun, rng.random()))


def by_thompson(arms: Sequence[Arm], rng: random.Random) -> int:
    """Thompson sampling (1933): each arm as often as it is likely to be the best at finding new clusters.

    Before anything is known that is evenly. An arm with less than its floor comes first.
    """
    if not any(arm.n_ended for arm in arms):
        return evenly(arms, rng)
    share = min(FLOOR, 1 / len(arms)) * (1 + sum(arm.n_begun for arm in arms))
    starved = [index for index, arm in enumerate(arms) if arm.n_begun < int(share)]
    if starved:
        return min(starved, key=lambda index: arms[index].n_begun)
    return max(range(len(arms)), key=lambda index: _plausible_rate(arms[index], rng))


ALLOCATIONS: dict[str, Allocation] = {"even": evenly, "thompson": by_thompson}


def _plausible_rate(arm: Arm, rng: random.Random) -> float:
    """A draw from the posterior of clusters found by a sample, every rate being as likely as another beforehand."""
    n_missed = max(0, arm.n_ended - arm.n_found)
    return rng.betavariate(1 + arm.n_found, 1 + n_missed)
