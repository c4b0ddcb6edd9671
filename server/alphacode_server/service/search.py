"""A request of the network becomes a search of the pipeline."""

import random
from collections.abc import AsyncGenerator

from alphacode_sandbox import Judge
from alphacode_server.pipeline import Effort, SolveOptions
from alphacode_server.protocol import BOTH, SolveEvent, SolveRequest
from alphacode_server.samplers import Sampler
from alphacode_server.service.journal import Journal, JournaledSampler
from alphacode_server.strategies import DEFAULT_STRATEGY, STRATEGIES, Strategy


def search(request: SolveRequest, journal: Journal, sampler: Sampler, judge: Judge) -> AsyncGenerator[SolveEvent, None]:
    """The pipeline's events for an admitted request."""
    strategy = STRATEGIES[request.strategy or DEFAULT_STRATEGY]
    options = _options(request, strategy)
    return strategy.search(request.problem.to_problem(), options, JournaledSampler(sampler, journal), judge)


def _options(request: SolveRequest, strategy: Strategy) -> SolveOptions:
    sampling, wall_ms = request.sampling, request.budget.wall_ms
    return SolveOptions(
        n_samples=sampling.n,
        languages=BOTH if request.language == "both" else (request.language,),
        n_candidates=request.return_.candidates,
        time_s=None if wall_ms is None else wall_ms / 1000,
        max_tokens=request.budget.tokens,
        temperature=sampling.temperature,
        seed=random.randrange(2**31) if sampling.seed is None else sampling.seed,
        selector=request.selector or strategy.selector,
        early_stop=sampling.early_stop,
        repair=sampling.repair,
        effort=Effort(request.effort),
    )
