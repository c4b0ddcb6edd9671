"""Submissions: what was handed in early keeps its rank, whatever is found later (AlphaCode 2022, appendix D.1)."""

import math
import random
from collections.abc import Sequence

from alphacode_server.selection import Group, Ranking, Selector, picks

Picks = tuple[tuple[Group, int], ...]


def submissions(order: Ranking, n: int, handed_in: Sequence[int], selector: Selector, seed: int) -> Picks:
    """At most `n` picks, group and row: first those rows that were handed in before, then the selector's."""
    drawn = picks(order, n + len(handed_in), random.Random(seed), goes_round=selector.goes_round)
    group_of = {row: group for group in order for row in group.members}
    # A selector may list a program no longer that it has learned to be too slow.
    before = [(group_of.get(row, Group(-math.inf, (row,), (1,))), row) for row in handed_in]
    return (*before, *(pick for pick in drawn if pick[1] not in handed_in))[:n]
