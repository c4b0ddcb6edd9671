"""Hybrid: AlphaCode 2's samples, and a part of the budget for mending near misses, whether or not something passes.

After S* (Li et al. 2025), which debugs samples before it selects. A program that nearly passes is mended into a cluster
that sampling alone would seldom reach; what is mended is filtered and counted as every sample is.
"""

from functools import partial

from alphacode_server.pipeline import Plan
from alphacode_server.pipeline.rounds import Repairs, rounds
from alphacode_server.strategies.strategy import Strategy

REPAIRS = Repairs(share=1 / 4, where_some_pass=True)

STRATEGY = Strategy(
    "hybrid",
    Plan(rounds=partial(rounds, repairs=REPAIRS)),
    fixed={"repair": True},
    needs_model=True,
)
