"""Strengths of contenders from duels between some of them (Bradley and Terry 1952): few and uneven duels will do."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from alphacode_server.selection.evidence import Duel

PRIOR = 0.25
"""Wins that everyone has over everyone else beforehand: half a drawn duel a pair. So no strength is without bound,
however one-sided the duels, and all can be compared, even those that no chain of duels connects."""

MAX_STEPS = 1000
PRECISION = 1e-9
"""The change of a log-strength below which the fit has arrived."""

Bout = tuple[int, int, float]
"""Two contenders, and how many duels they fought."""


def log_strengths(duels: Sequence[Duel]) -> dict[int, float]:
    """By contender, 0 on average: one of strength s beats one of strength t with probability s / (s + t).

    These are the likeliest, given the prior and all duels, which may be won in part. Found by minorisation-maximisation
    (Hunter 2004), of which every step is one for the better.
    """
    if not duels:
        return {}
    contenders = list(dict.fromkeys(row for duel in duels for row in (duel.first, duel.second)))
    wins = dict.fromkeys(contenders, PRIOR * (len(contenders) - 1))
    for duel in duels:
        wins[duel.first] += duel.won
        wins[duel.second] += 1 - duel.won
    bouts = [
        *((first, second, 2 * PRIOR) for first, second in combinations(contenders, 2)),
        *((duel.first, duel.second, 1.0) for duel in duels),
    ]
    logs = dict.fromkeys(contenders, 0.0)
    for _ in range(MAX_STEPS):
        before, logs = logs, _step(logs, wins, bouts)
        if all(abs(logs[row] - before[row]) < PRECISION for row in contenders):
            break
    return logs


def _step(logs: Mapping[int, float], wins: Mapping[int, float], bouts: Sequence[Bout]) -> dict[int, float]:
    strengths = {row: math.exp(log) for row, log in logs.items()}
    chances = dict.fromkeys(logs, 0.0)
    """Wins that are expected of each with these strengths, for every unit of strength."""
    for first, second, n in bouts:
        chances[first] += n / (strengths[first] + strengths[second])
        chances[second] += n / (strengths[first] + strengths[second])
    new = {row: math.log(wins[row] / chances[row]) for row in logs}
    mean = math.fsum(new.values()) / len(new)
    return {row: log - mean for row, log in new.items()}
