"""Strategies: AlphaCode, AlphaCode 2 and what else makes a search of the pipeline's stages; a file or a folder each."""

from alphacode_server.strategies import alphacode, alphacode2, alphacodium, direct, hybrid
from alphacode_server.strategies.strategy import Strategy

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (alphacode2.STRATEGY, alphacode.STRATEGY, alphacodium.STRATEGY, hybrid.STRATEGY, direct.STRATEGY)
}
"""By name; what `--strategy` takes."""

DEFAULT_STRATEGY = "alphacode2"

__all__ = ["DEFAULT_STRATEGY", "STRATEGIES", "Strategy"]
