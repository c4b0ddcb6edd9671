"""Rounds: a budget is drawn in growing parts, so that a search may end as soon as more samples would change nothing."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from alphacode_server.candidate import Sample
from alphacode_server.pipeline.repair import repair
from alphacode_server.pipeline.search import Search

ENDS = (1 / 8, 1 / 4, 1 / 2)
"""Shares of the budget after which a search looks at what it has."""
MIN_ROUND = 32
"""Samples; a look at fewer costs more than it can save."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What of a budget is for repairs, and when."""

    share: float = 1 / 8
    where_some_pass: bool = False


async def rounds(
    search: Search, samples: AsyncGenerator[Sample, None], repairs: Repairs = Repairs()
) -> AsyncGenerator[int, None]:
    """Fill the pool; yield, after each round, how many samples are still to come, at last 0.

    All rounds read `samples`, which may go on while a round is looked at. Where `repairs` says so, the last samples are
    left to repair.
    """
    filter_, pool, n_samples = search.filter, search.pool, search.options.n_samples
    model = search.model if search.options.repair else None
    for goal in goals(n_samples):
        if model and goal == n_samples:
            await filter_.fill(samples, goal - round(repairs.share * n_samples))
            if pool.has_near_misses and (repairs.where_some_pass or pool.n_passing == 0):
                await samples.aclose()
                await repair(search, model, goal)
        await filter_.fill(samples, goal)
        if pool.n_sampled < goal:
            yield 0
            return
        yield n_samples - goal


def goals(n_samples: int) -> tuple[int, ...]:
    """How many samples there are after each round, in the end the whole budget. No round is below `MIN_ROUND`."""
    ends = [0]
    for end in (round(share * n_samples) for share in ENDS):
        if end - ends[-1] >= MIN_ROUND and n_samples - end >= MIN_ROUND:
            ends.append(end)
    return (*ends[1:], n_samples)
