"""Whether more samples would still change the answer: what a search asks itself between two rounds.

Futures of the search are drawn from what it has seen so far and ranked as it is now. The rule is ours; stopping by the
posterior of the answers is from Adaptive-Consistency (Aggarwal et al. 2023, arXiv 2305.11860). What it saves and what
it costs on a recorded pool is shown by `benchmarks/stopping.py`.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

N_FUTURES = 400
"""The standard error of a chance of 5 % is then 1 %."""
MAX_DRAWS = 1000
"""Samples of a future that are drawn one by one; where there are more, each of these stands for several."""
SPREAD = 3.0
"""Standard deviation by which a cluster's log-odds still move for other reasons than its share, times the square root
of the samples that pass; `benchmarks/stopping.py` measures it."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Where a search is after some of its samples."""

    sizes: Sequence[int]
    """Samples per cluster, duplicates counted, best rank first."""
    probabilities: Sequence[float]
    """Per cluster, that it is right; what they lack to 1 is that none of them is."""
    n_failing: int
    """Samples that pass not every example."""
    n_left: int
    """Samples still to come."""


def chance_of_change(standings: Standings, n_ranks: int, rng: random.Random) -> float:
    """The chance, 0..1, that another cluster is first in the end, or that a right one enters or leaves the ranks.

    0 when nothing is to come; else 1 while nothing passes, or while it is likelier than not that none is right.

    Shares of clusters and of failing samples have a Dirichlet posterior, unseen clusters come by a Dirichlet process.
    A cluster's odds grow with its share, and vary a little for other reasons; a newcomer's are its share, so one that
    only lengthens a list that is not full weighs little. Samplers write more odd programs than such a process does:
    this is an estimate, good to tell settled searches from open ones.
    """
    if standings.n_left <= 0:
        return 0.0
    if math.fsum(standings.probabilities) < 0.5:
        return 1.0
    concentration = 1.0
    total = 0.0
    for _ in range(N_FUTURES):
        concentration = _concentration(concentration, standings, rng)
        total += _change(standings, _future(standings, concentration, rng), n_ranks, rng)
    return total / N_FUTURES


@dataclass(frozen=True, slots=True)
class _Future:
    growth: Sequence[float]
    """Samples that each of today's clusters has gained."""
    newcomers: Sequence[float]
    """Samples of each cluster that is new."""


def _change(standings: Standings, future: _Future, n_ranks: int, rng: random.Random) -> float:
    """How much of a change one future is, 0..1."""
    probabilities, sizes = standings.probabilities, standings.sizes
    n, n_passing = len(sizes), sum(sizes)
    growth = 1.0 + (math.fsum(future.growth) + math.fsum(future.newcomers)) / n_passing
    spread = SPREAD * math.sqrt((1.0 - 1.0 / growth) / n_passing)
    found = math.fsum(probabilities)
    claims = [
        probability * (size + gained) / size
        for probability, size, gained in zip(probabilities, sizes, future.growth, strict=True)
    ]
    claims += [size / n_passing for size in future.newcomers]
    claims = [claim * math.exp(rng.gauss(0.0, spread)) for claim in claims]
    # Sorting is stable: who only draws level does not overtake.
    order = sorted(range(len(claims)), key=lambda k: -claims[k])
    if order[0] != 0:
        return 1.0
    now, then = set(range(min(n_ranks, n))), set(order[:n_ranks])
    none = growth * max(0.0, 1.0 - found)
    return math.fsum(claims[k] for k in now ^ then) / (math.fsum(claims) + none)


def _future(standings: Standings, concentration: float, rng: random.Random) -> _Future:
    """The samples still to come, drawn from the posterior of the shares."""
    weights = [*standings.sizes, concentration, standings.n_failing + 1.0]
    shares = [rng.gammavariate(weight, 1.0) for weight in weights]
    n_draws = min(standings.n_left, MAX_DRAWS)
    each = standings.n_left / n_draws
    drawn = Counter(rng.choices(range(len(shares)), shares, k=n_draws))
    n = len(standings.sizes)
    return _Future(
        growth=[each * drawn[k] for k in range(n)],
        newcomers=[each * size for size in _partition(drawn[n], concentration, rng)],
    )


def _partition(n: int, concentration: float, rng: random.Random) -> Sequence[int]:
    """Sizes of the clusters that `n` samples of unseen behaviour form: a Chinese restaurant."""
    tables: list[int] = []
    for i in range(n):
        is_new = rng.random() * (i + concentration) < concentration
        tables.append(i if is_new else tables[rng.randrange(i)])
    return list(Counter(tables).values())


def _concentration(current: float, standings: Standings, rng: random.Random) -> float:
    """One step of Escobar and West's sampler (1995): how readily new clusters appear, given how many there are.

    Its prior is exponential with mean 1.
    """
    k, n = len(standings.sizes), sum(standings.sizes)
    rate = 1.0 - math.log(rng.betavariate(current + 1.0, n))
    odds = k / (n * rate)
    shape = k + 1 if rng.random() * (1.0 + odds) < odds else k
    return rng.gammavariate(shape, 1.0 / rate)
