"""AlphaCode (2022): metadata first, one temperature, a random program of each of the largest clusters, round and round.

Where its paper speaks of what only it had, ours is marked.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from alphacode_server.candidate import Header, Sample
from alphacode_server.pipeline import Plan
from alphacode_server.pipeline.sampling import hands_of
from alphacode_server.pipeline.search import Search
from alphacode_server.pipeline.solve import MAX_CLUSTERED
from alphacode_server.strategies.strategy import Strategy

TEMPERATURE = 1.25
"""The paper's 0.25 is of a model that was trained at 0.2 (section 4.3). That is 1.25 times the temperature of its
training, which for any other model is 1."""


@dataclass(frozen=True, slots=True)
class Point:
    """When programs are handed in: at a share of the time, or once so many samples pass, whichever comes first."""

    share: float
    """Of the time for sampling; where there is no bound to it, of the samples. The latter is ours."""
    passing: float
    """Of the default number of passing samples, which the paper does not say; ours is as many as are clustered."""


POINTS = (Point(0.1, 0.005), Point(0.5, 0.05), Point(1.0, 1.0))
"""Appendix D.1, where the last share is 0.9, as the contest goes on while there is clustering."""
SUBMISSIONS = (1, 5)
"""Programs that are handed in by the first two points; the rest are the answer."""


def draw(search: Search) -> AsyncGenerator[Sample, None]:
    """Half in each language, with the rating and a combination of tags drawn at random for every hand."""
    hands = [replace(hand, header=Header.FIRST) for hand in hands_of(search, search.sampler.children)]
    return search.sampler.sample(search.problem, hands)


async def rounds(search: Search, samples: AsyncGenerator[Sample, None]) -> AsyncGenerator[int, None]:
    """A look at every point; no sample is drawn once as many pass as can be clustered."""
    n_samples = search.options.n_samples
    for point in POINTS:

        def is_due(point: Point = point) -> bool:
            return has_come(point, search)

        await search.filter.fill(samples, n_samples, is_due)
        if point is POINTS[-1] or not is_due():
            yield 0
            return
        yield n_samples - search.pool.n_sampled


def has_come(point: Point, search: Search) -> bool:
    """Whether its programs are to be handed in."""
    share = search.clock.sampling_share or search.pool.n_sampled / search.options.n_samples
    return share >= point.share or search.pool.counts().passing >= point.passing * MAX_CLUSTERED


STRATEGY = Strategy(
    "alphacode",
    Plan(draw, rounds, SUBMISSIONS),
    selector="size",
    temperature=TEMPERATURE,
    fixed={"n_inputs": 50, "early_stop": False, "repair": False},
)
