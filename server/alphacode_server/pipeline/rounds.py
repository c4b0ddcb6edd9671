"""Rounds: a budget is drawn in growing parts, so that a search may end as soon as more samples would change nothing."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from alphacode_server.candidate import Sample
from alphacode_server.pipeline.filtering import Filter

ENDS = (1 / 8, 1 / 4, 1 / 2)
"""Shares of the budget after which a search looks at what it has."""
MIN_ROUND = 32
"""Samples; a look at fewer costs more than it can save."""
REPAIRS = 1 / 8
"""Share of the budget that is for repairs while nothing passes."""


async def rounds(
    filter_: Filter,
    samples: AsyncGenerator[Sample, None],
    n_samples: int,
    repair: Callable[[int], Awaitable[None]] | None,
) -> AsyncGenerator[int, None]:
    """Fill the pool; yield, after each round, how many samples are still to come, at last 0.

    All rounds read `samples`, which may go on while a round is looked at. Where nothing passes in the end, the last
    samples are left to `repair`, which is told how many there shall be.
    """
    pool = filter_.pool
    for goal in goals(n_samples):
        if repair and goal == n_samples:
            await filter_.fill(samples, goal - round(REPAIRS * n_samples))
            if pool.n_passing == 0 and pool.has_near_misses:
                await samples.aclose()
                await repair(goal)
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
