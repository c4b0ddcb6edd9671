"""The search: sample, filter on the examples, generate inputs, execute, cluster, score, pick.

One file a stage, in that order; `solve` composes them. A stage takes values and collaborators and returns values.
"""

from alphacode_server.pipeline.options import Effort, SolveOptions
from alphacode_server.pipeline.plan import ALPHACODE2, Plan
from alphacode_server.pipeline.solve import solve

__all__ = ["ALPHACODE2", "Effort", "Plan", "SolveOptions", "solve"]
