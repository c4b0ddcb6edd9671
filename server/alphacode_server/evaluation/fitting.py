"""Fitting the weights of our selector to recorded pools.

In two steps, as the order of clusters and the size of the claims are different questions. First, the direction: the
weights with which a draw by softmax over a task's clusters is right most often. Then its length and the bias: the two
numbers that make the right clusters, or "none of them" where there are none, likeliest.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import pstdev

from alphacode_server.evaluation.task import Task
from alphacode_server.selection import cluster
from alphacode_server.selection.ours import Weights, features, probabilities

Vector = list[float]

N_STEPS = 150
STEP = 0.08


@dataclass(frozen=True, slots=True)
class Choice:
    """A task as the model sees it: clusters of which some may be right, or none."""

    rows: tuple[tuple[float, ...], ...]
    """Per cluster that can be right, its features."""
    truths: tuple[float, ...]
    """Per such cluster, the share of right samples in it."""


def choice_of(task: Task) -> Choice:
    """The clusters of a task."""
    clusters, multiplicities = cluster(task.evidence.matrix), task.evidence.matrix.multiplicities
    known = [
        (values.as_tuple(), sum(multiplicities[row] for row in each.members if task.is_right[row]) / each.size)
        for each, values in zip(clusters, features(task.evidence, clusters), strict=True)
        if values
    ]
    return Choice(tuple(row for row, _ in known), tuple(truth for _, truth in known))


def fit(choices: Sequence[Choice], ridge: float) -> Weights:
    """`ridge` times a weight's square, in standard deviations of its feature, is what a task must gain by it."""
    known = [choice for choice in choices if choice.rows]
    direction = _direction([choice for choice in known if max(choice.truths) > 0 and min(choice.truths) < 1], ridge)
    length, bias = _length(known, direction)
    return Weights(tuple(length * weight for weight in direction), bias)


def chances(choice: Choice, weights: Weights) -> list[float]:
    """Per cluster, the probability that it is right."""
    return probabilities([weights.bias + _dot(weights.features, row) for row in choice.rows])


def log_likelihood(choice: Choice, weights: Weights) -> float:
    """Of what is right about one task."""
    shares = chances(choice, weights)
    return math.log(_dot(shares, choice.truths) + (1 - sum(shares)) * _none_right(choice))


def _direction(choices: Sequence[Choice], ridge: float) -> Vector:
    """Policy gradient: what a first pick wins, summed over all clusters it may fall on."""
    columns = list(zip(*(row for choice in choices for row in choice.rows), strict=True))
    deviations = [pstdev(column) or 1.0 for column in columns]
    scaled = [
        Choice(tuple(tuple(x / d for x, d in zip(row, deviations, strict=True)) for row in each.rows), each.truths)
        for each in choices
    ]

    def gradient(weights: Vector) -> Vector:
        slope = [-ridge * len(scaled) * weight for weight in weights]
        for choice in scaled:
            shares = _softmax([_dot(weights, row) for row in choice.rows])
            mean = _dot(shares, choice.truths)
            for share, truth, row in zip(shares, choice.truths, choice.rows, strict=True):
                gain = share * (truth - mean)
                slope = [s + gain * x for s, x in zip(slope, row, strict=True)]
        return slope

    weights = _ascend(gradient, [0.0] * len(columns))
    return [weight / deviation for weight, deviation in zip(weights, deviations, strict=True)]


def _length(choices: Sequence[Choice], direction: Vector) -> tuple[float, float]:
    """The factor of the direction, and the bias."""
    points = [[_dot(direction, row) for row in choice.rows] for choice in choices]

    def gradient(numbers: Vector) -> Vector:
        by_length = by_bias = 0.0
        for choice, values in zip(choices, points, strict=True):
            shares = probabilities([numbers[0] * value + numbers[1] for value in values])
            hits = [share * truth for share, truth in zip(shares, choice.truths, strict=True)]
            total = sum(hits) + (1 - sum(shares)) * _none_right(choice)
            blame = [hit / total - share for hit, share in zip(hits, shares, strict=True)]
            by_length += _dot(blame, values)
            by_bias += sum(blame)
        return [by_length, by_bias]

    length, bias = _ascend(gradient, [1.0, 0.0])
    return length, bias


def _ascend(gradient: Callable[[Vector], Vector], start: Vector) -> Vector:
    """Adam (Kingma and Ba 2015) with steps that shrink to nothing: no scale to choose, and the same every time."""
    numbers, mean, square = list(start), [0.0] * len(start), [0.0] * len(start)
    for step in range(1, N_STEPS + 1):
        slope = gradient(numbers)
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, slope, strict=True)]
        square = [0.99 * s + 0.01 * g * g for s, g in zip(square, slope, strict=True)]
        rate = STEP * (1 - (step - 1) / N_STEPS) * math.sqrt(1 - 0.99**step) / (1 - 0.9**step)
        numbers = [x + rate * m / (math.sqrt(s) + 1e-9) for x, m, s in zip(numbers, mean, square, strict=True)]
    return numbers


def _none_right(choice: Choice) -> float:
    """As likely as that a sample of the best cluster is wrong; never 0, so that no task is impossible."""
    return max(1 - max(choice.truths, default=0.0), 1e-6)


def _softmax(values: Vector) -> Vector:
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
