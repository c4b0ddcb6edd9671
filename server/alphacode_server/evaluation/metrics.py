"""Solve rates in closed form: what random draws give, averaged over all of them."""

import math
from collections.abc import Sequence
from itertools import groupby

from alphacode_server.selection import Group, Ranking


def pass_at_k(n: int, n_right: int, k: int) -> float:
    """The chance that of `k` samples out of `n`, `n_right` of them right, one is (Chen et al. 2021)."""
    return 1 - _none_right(n, n_right, min(k, n))


def n_at_k(n: int, n_passing: int, n_right: int, k: int, n_submissions: int) -> float:
    """AlphaCode's n@k (2022, appendix A.3) with random picks: the chance to solve with so many submissions.

    `k` samples are drawn out of `n`, of which `n_passing` pass the examples and `n_right` of those are right; of the
    passing ones that were drawn, `n_submissions` are submitted at random. Summed over the hypergeometric number of
    passing ones, where the paper draws it.
    """
    return math.fsum(
        likelihood * pass_at_k(n_passing, n_right, min(n_drawn, n_submissions))
        for n_drawn, likelihood in hypergeometric(n, n_passing, min(k, n))
    )


def hypergeometric(n: int, n_marked: int, k: int) -> list[tuple[int, float]]:
    """How many of `k` draws out of `n` are marked, and how likely that is, for every number that can be."""
    low, high = max(0, k - (n - n_marked)), min(k, n_marked)
    likeliest = min(max((k + 1) * (n_marked + 1) // (n + 2), low), high)
    weights = {likeliest: 1.0}
    # Each from its neighbour, outwards from the largest, so that nothing overflows and what is nothing becomes 0.
    for m in range(likeliest, high):
        weights[m + 1] = weights[m] * (n_marked - m) * (k - m) / ((m + 1) * (n - n_marked - k + m + 1))
    for m in range(likeliest, low, -1):
        weights[m - 1] = weights[m] * m * (n - n_marked - k + m) / ((n_marked - m + 1) * (k - m + 1))
    total = math.fsum(weights.values())
    return [(m, weights[m] / total) for m in range(low, high + 1)]


def solve_chance(ranking: Ranking, is_right: Sequence[bool], k: int) -> float:
    """The chance that one of the first `k` draws of a ranking is right, over its ties and its random draws.

    In every round each group that has a ticket left gives one, in order of score. Only the last round can be cut short,
    and only between groups that tie: the chance to fail there is the mean over which of them come first.
    """
    n_rounds, n_left = 0, k
    while (n_open := sum(group.n_draws > n_rounds for group in ranking)) and n_left >= n_open:
        n_rounds, n_left = n_rounds + 1, n_left - n_open
    failure = 1.0
    for _, tier in groupby(ranking, key=lambda group: group.score):
        groups = list(tier)
        exhausted = [group for group in groups if group.n_draws <= n_rounds]
        failure *= math.prod(_failure(group, is_right, group.n_draws) for group in exhausted)
        others = [group for group in groups if group.n_draws > n_rounds]
        n_more = min(n_left, len(others))
        without = [_failure(group, is_right, n_rounds) for group in others]
        with_one_more = [_failure(group, is_right, n_rounds + 1) for group in others]
        failure *= _mean_product(without, with_one_more, n_more)
        n_left -= n_more
    return 1 - failure


def _failure(group: Group, is_right: Sequence[bool], n_draws: int) -> float:
    n_right = sum(n for row, n in zip(group.members, group.tickets, strict=True) if is_right[row])
    return _none_right(sum(group.tickets), n_right, n_draws)


def _none_right(n: int, n_right: int, n_draws: int) -> float:
    """C(n - n_right, n_draws) / C(n, n_draws), without the large numbers."""
    few, many = sorted((n_right, n_draws))
    return math.prod((n - many - i) / (n - i) for i in range(few)) if many <= n - few else 0.0


def _mean_product(usual: Sequence[float], special: Sequence[float], n_special: int) -> float:
    """The mean, over all ways to choose `n_special` places, of the product with the special factors there."""
    products = [1.0] + [0.0] * n_special
    """Sums of products so far, by how many special factors they have."""
    for plain, chosen in zip(usual, special, strict=True):
        for n in range(n_special, 0, -1):
            products[n] = products[n] * plain + products[n - 1] * chosen
        products[0] *= plain
    return products[n_special] / math.comb(len(usual), n_special)
