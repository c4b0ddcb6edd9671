"""Sampling: from a budget to a stream of programs."""

import random
from collections.abc import AsyncGenerator

from alphacode_server.candidate import Sample
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.problem import Problem
from alphacode_server.samplers import Sampler, draw_hands


def sample(problem: Problem, options: SolveOptions, sampler: Sampler) -> AsyncGenerator[Sample, None]:
    """At most `options.n_samples` programs, as they are finished.

    Temperature, rating, tags and language are drawn at random for every hand (AlphaCode 2, 2023).
    """
    rng = random.Random(options.seed)
    hands = draw_hands(options.n_samples, options.languages, sampler.children, rng, options.temperature)
    return sampler.sample(problem, hands)
