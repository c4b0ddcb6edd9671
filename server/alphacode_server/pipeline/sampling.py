"""Sampling: from a budget to a stream of programs."""

import random
from collections.abc import AsyncGenerator, Sequence

from alphacode_server.candidate import Hand, Sample
from alphacode_server.pipeline.search import Search
from alphacode_server.samplers import draw_hands


def sample(search: Search) -> AsyncGenerator[Sample, None]:
    """At most `options.n_samples` programs, as they are finished.

    Temperature, rating, tags and language are drawn at random for every hand (AlphaCode 2, 2023).
    """
    return search.sampler.sample(search.problem, hands_of(search, search.sampler.children))


def hands_of(search: Search, children: int) -> Sequence[Hand]:
    """The same for the same options: a search that is begun again is dealt what it had."""
    options = search.options
    rng = random.Random(options.seed)
    return draw_hands(options.n_samples, options.languages, children, rng, options.temperature)
