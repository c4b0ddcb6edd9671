"""Fitting Platt's scaling (1999): the line through log-odds that makes what came true likeliest."""

import math
from collections.abc import Sequence

from alphacode_server.selection.scores import Platt, log_odds, sigmoid

MAX_STEPS = 100
SMALL = 1e-8
"""A gradient, in programs, that is as good as none."""
RIDGE = 1e-9
"""Added to the curvature, so that scores which are all the same have a fit too."""

Point = tuple[float, float]
"""A score's log-odds, and what the curve should say there."""


def fit(scores: Sequence[float], truths: Sequence[bool]) -> Platt:
    """The likeliest scaling whose slope is not negative: a scorer that is worse than chance is not believed at all.

    As Platt has it, truths are drawn in a little, as if one more of each had been seen, so that few of them make no
    certainty. Newton's method, as Lin, Lin and Weng give it (2007).
    """
    n_right = sum(truths)
    n_wrong = len(truths) - n_right
    right, wrong = (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2)
    points = [(log_odds(score), right if truth else wrong) for score, truth in zip(scores, truths, strict=True)]
    # Where the fit begins, and the base rate, which is all that a scorer worse than chance leaves.
    flat = Platt(slope=0.0, offset=log_odds((n_right * right + n_wrong * wrong) / len(points))) if points else Platt()
    fitted = flat
    for _ in range(MAX_STEPS):
        better = _step(fitted, points)
        if better is None:
            break
        fitted = better
    return fitted if fitted.slope > 0 else flat


def _step(at: Platt, points: Sequence[Point]) -> Platt | None:
    """A Newton step, halved until it is one for the better; None where there is no better."""
    residuals = [(x, sigmoid(at.slope * x + at.offset), target) for x, target in points]
    by_slope = math.fsum((chance - target) * x for x, chance, target in residuals)
    by_offset = math.fsum(chance - target for _, chance, target in residuals)
    if max(abs(by_slope), abs(by_offset)) < SMALL:
        return None
    weights = [(x, chance * (1 - chance)) for x, chance, _ in residuals]
    slopes = math.fsum(weight * x * x for x, weight in weights) + RIDGE
    mixed = math.fsum(weight * x for x, weight in weights)
    offsets = math.fsum(weight for _, weight in weights) + RIDGE
    determinant = slopes * offsets - mixed * mixed
    slope = (offsets * by_slope - mixed * by_offset) / determinant
    offset = (slopes * by_offset - mixed * by_slope) / determinant
    before, length = _loss(at, points), 1.0
    while length > SMALL:
        moved = Platt(at.slope - length * slope, at.offset - length * offset)
        if _loss(moved, points) < before:
            return moved
        length /= 2
    return None


def _loss(platt: Platt, points: Sequence[Point]) -> float:
    """Nats that the targets surprise by."""
    values = ((platt.slope * x + platt.offset, target) for x, target in points)
    return math.fsum(max(value, 0.0) - target * value + math.log1p(math.exp(-abs(value))) for value, target in values)
