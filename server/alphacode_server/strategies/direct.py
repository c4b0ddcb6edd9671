"""Direct: the one answer that a model gives without being asked twice, which everything else has to beat."""

from collections.abc import AsyncGenerator

from alphacode_server.candidate import Hand, Header, Sample
from alphacode_server.pipeline import Plan
from alphacode_server.pipeline.search import Search
from alphacode_server.strategies.strategy import Strategy

PREFERRED = "python"
"""Where several languages are asked for, the one that most published baselines are in."""


def draw(search: Search) -> AsyncGenerator[Sample, None]:
    """The likeliest program, from the statement alone."""
    languages = search.options.languages
    language = PREFERRED if PREFERRED in languages else languages[0]
    hand = Hand(language, temperature=0.0, rating=0, tags=(), seed=search.options.seed, header=Header.NONE)
    return search.sampler.sample(search.problem, [hand])


STRATEGY = Strategy(
    "direct",
    Plan(draw),
    selector="size",
    fixed={"n_samples": 1, "n_inputs": 0, "early_stop": False, "repair": False},
)
