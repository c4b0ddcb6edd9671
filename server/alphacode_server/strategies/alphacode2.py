"""AlphaCode 2 (2023): random metadata and temperatures, the largest clusters, the best-scored program of each.

What was published since is part of the default: our selector, an early end, repairs where nothing passes. To the letter
it is with the selector `alphacode2`, C++ alone and without repairs.
"""

from alphacode_server.strategies.strategy import Strategy

STRATEGY = Strategy("alphacode2")
