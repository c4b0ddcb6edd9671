"""Selection: from recorded executions to an order of programs. Pure functions; knows neither sandbox nor model."""

from alphacode_server.selection.alphacode2 import pick
from alphacode_server.selection.clusters import Cluster, cluster
from alphacode_server.selection.matrix import ExecutionMatrix, Outcome, outcome_of, signature

__all__ = ["Cluster", "ExecutionMatrix", "Outcome", "cluster", "outcome_of", "pick", "signature"]
