"""Evaluation: recorded pools in, solve rates with intervals out. Hidden tests are known here, and to no selector."""

from alphacode_server.evaluation.comparison import Comparison, Line, Rate, compare
from alphacode_server.evaluation.oracle import ORACLE
from alphacode_server.evaluation.pool import read_pool
from alphacode_server.evaluation.task import PoolError, Task

__all__ = ["ORACLE", "Comparison", "Line", "PoolError", "Rate", "Task", "compare", "read_pool"]
