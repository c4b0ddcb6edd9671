"""Coverage: what twice the samples would be expected to bring, from what was seen so far."""

import math
from collections.abc import Sequence


def expected_new_clusters(sizes: Sequence[int], n_samples: int) -> float:
    """How many clusters another `n_samples` samples would add to those of these sizes.

    Species extrapolation (Shen, Chao and Lin 2003): what was seen once or twice tells how much was not seen at all, by
    Chao's lower bound. It is meant for up to twice the samples, errs on the low side where rare clusters are many, and
    has nothing to go by, so says 0, where no cluster has one sample only.
    """
    once, twice = sizes.count(1), sizes.count(2)
    if once == 0:
        return 0.0
    unseen = (n_samples - 1) / n_samples * (once**2 / (2 * twice) if twice else once * (once - 1) / 2)
    if unseen == 0:
        return 0.0
    return -unseen * math.expm1(n_samples * math.log1p(-once / (n_samples * unseen + once)))


def chance_of_a_first(n_failing: int) -> float:
    """The chance, 0..1, that one of as many samples again passes, when none has so far.

    From Jeffreys' prior on the rate at which samples pass. Much of it lies at rates near 0, as Large Language Monkeys
    (Brown et al. 2024, arXiv 2407.21787) finds it to be over problems: coverage grows by a power of the samples. So the
    answer is close to 29 %, however many have failed; what it cannot know is that a problem is out of reach.
    """
    none = math.lgamma(2 * n_failing + 0.5) - math.lgamma(2 * n_failing + 1)
    none -= math.lgamma(n_failing + 0.5) - math.lgamma(n_failing + 1)
    return 1.0 - math.exp(none)
