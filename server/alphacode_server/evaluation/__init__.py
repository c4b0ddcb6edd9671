"""Evaluation: data sets or recorded pools in, solve rates with intervals out.

Hidden tests are known here, and to no selector.
"""

from alphacode_server.evaluation.bootstrap import Rate
from alphacode_server.evaluation.comparison import Comparison, Line, compare
from alphacode_server.evaluation.curves import PASS, RANDOM, Curve, Sampled, curves, default_ks
from alphacode_server.evaluation.datasets import DatasetError, Entry, read_dataset
from alphacode_server.evaluation.measurement import Measurement, Settings
from alphacode_server.evaluation.oracle import ORACLE
from alphacode_server.evaluation.pool import read_pool
from alphacode_server.evaluation.run import HIDDEN_TESTS, measure
from alphacode_server.evaluation.run_folder import RunError, RunFolder, file_name, open_run, settings_in
from alphacode_server.evaluation.task import PoolError, Task

__all__ = [
    "HIDDEN_TESTS", "ORACLE", "PASS", "RANDOM", "Comparison", "Curve", "DatasetError", "Entry", "Line", "Measurement",
    "PoolError", "Rate", "RunError", "RunFolder", "Sampled", "Settings", "Task", "compare", "curves", "default_ks",
    "file_name", "measure", "open_run", "read_dataset", "read_pool", "settings_in",
]  # fmt: skip
