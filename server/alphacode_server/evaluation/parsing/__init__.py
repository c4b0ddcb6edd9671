"""How well statements are read: real ones whose title, limits and examples are known from elsewhere."""

from alphacode_server.evaluation.parsing.find import find_sets
from alphacode_server.evaluation.parsing.known import Failure, Score, score

__all__ = ["Failure", "Score", "find_sets", "score"]
