"""Selection: from recorded executions to an order of programs. Pure functions; knows neither sandbox nor model."""

from alphacode_server.selection.choice import Group, Ranking, picks
from alphacode_server.selection.clusters import Cluster, cluster
from alphacode_server.selection.coverage import chance_of_a_first, expected_new_clusters
from alphacode_server.selection.evidence import Duel, Evidence, GeneratedTests
from alphacode_server.selection.matrix import (
    NO_OUTPUT,
    Behaviour,
    ExecutionMatrix,
    Outcome,
    outcome_of,
    output_hash,
    signature,
)
from alphacode_server.selection.partition import entropy, entropy_of, splitting
from alphacode_server.selection.recording import Recording, RecordingError, read_recording, write_recording
from alphacode_server.selection.scores import calibrated
from alphacode_server.selection.selectors import DEFAULT_SELECTOR, SELECTORS, Selector
from alphacode_server.selection.stopping import Standings, chance_of_change
from alphacode_server.selection.votes import trust_in, votes_of

__all__ = [
    "DEFAULT_SELECTOR", "NO_OUTPUT", "SELECTORS", "Behaviour", "Cluster", "Duel", "Evidence", "ExecutionMatrix",
    "GeneratedTests", "Group", "Outcome", "Ranking", "Recording", "RecordingError", "Selector", "Standings",
    "calibrated", "chance_of_a_first", "chance_of_change", "cluster", "entropy", "entropy_of",
    "expected_new_clusters", "outcome_of", "output_hash", "picks", "read_recording", "signature", "splitting",
    "trust_in", "votes_of", "write_recording",
]  # fmt: skip
