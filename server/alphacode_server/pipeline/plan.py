"""A plan: what sets the search of one strategy apart from that of another."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from alphacode_server.candidate import Sample
from alphacode_server.pipeline.rounds import rounds
from alphacode_server.pipeline.sampling import sample
from alphacode_server.pipeline.search import Search

Draw = Callable[[Search], AsyncGenerator[Sample, None]]
"""Where programs come from, at most `options.n_samples`. Closing the stream ends what draws them."""

Rounds = Callable[[Search, AsyncGenerator[Sample, None]], AsyncGenerator[int, None]]
"""Reads the stream into the pool; yields, whenever the search is to look at what it has, how many are still to come."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Of AlphaCode 2, unless it says otherwise."""

    draw: Draw = sample
    rounds: Rounds = rounds
    submissions: tuple[int, ...] = ()
    """How many programs are handed in after each of the first rounds; they keep their ranks."""


ALPHACODE2 = Plan()
