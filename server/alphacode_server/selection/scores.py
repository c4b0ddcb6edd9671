"""What a scorer's number is worth as a probability, by Platt's scaling (1999) of its log-odds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from alphacode_server.selection.evidence import Evidence

EXTREME = 1e-4
"""Scores as near as this to 0 or 1 count as no surer than that."""


@dataclass(frozen=True, slots=True)
class Platt:
    """A line through log-odds. It never turns the order of scores round, as its slope is not negative."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, score: float) -> float:
        """The probability that a program with this score is right."""
        return sigmoid(self.slope * log_odds(score) + self.offset)


SCORER_CALIBRATION: Mapping[str, Platt] = {"zero-shot": Platt(), "likelihood": Platt()}
"""By kind of scorer, for `alphacode eval scores` to fit. Both are the identity, as a scaling needs several problems and
one was measured: of 28 programs by Qwen2.5-Coder-1.5B that pass its example, the 19 right ones got 0.942 from the same
model on average and the wrong ones 0.938, when it read them without their runs (`benchmarks/scorer.py`)."""


def calibrated(evidence: Evidence) -> dict[int, float]:
    """The scores by row, as probabilities; as they are where nothing is known of their scorer."""
    calibration = SCORER_CALIBRATION.get(evidence.scorer, Platt())
    return {row: calibration(score) for row, score in evidence.scores.items()}


def log_odds(score: float) -> float:
    """Of a probability; finite."""
    score = min(max(score, EXTREME), 1 - EXTREME)
    return math.log(score / (1 - score))


def sigmoid(value: float) -> float:
    """The probability with these log-odds."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
