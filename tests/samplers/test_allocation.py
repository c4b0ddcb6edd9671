import random
from collections import Counter
from dataclasses import replace

import pytest

from alphacode_server.samplers.allocation import FLOOR, Allocation, Arm, by_thompson, evenly


def play(allocation: Allocation, rates: list[float], n_samples: int, n_in_flight: int = 1) -> list[int]:
    """How many samples each arm gets when a sample of arm i finds a cluster with probability `rates[i]`.

    What became of samples is heard of `n_in_flight` at a time.
    """
    rng = random.Random(7)
    arms = [Arm() for _ in rates]
    for _ in range(0, n_samples, n_in_flight):
        drawn: Counter[int] = Counter()
        for _ in range(n_in_flight):
            index = allocation(arms, rng)
            arms[index] = replace(arms[index], n_begun=arms[index].n_begun + 1)
            drawn[index] += 1
        for index, n in drawn.items():
            arm, found = arms[index], sum(rng.random() < rates[index] for _ in range(n))
            arms[index] = replace(arm, n_ended=arm.n_ended + n, n_found=arm.n_found + found)
    return [arm.n_begun for arm in arms]


def test_even_shares_differ_by_one_at_most() -> None:
    assert sorted(play(evenly, [0.9, 0.0, 0.0], 100)) == [33, 33, 34]


@pytest.mark.parametrize("n_in_flight", [1, 50])
def test_who_finds_more_is_asked_more(n_in_flight: int) -> None:
    best, *others = play(by_thompson, [0.3, 0.02, 0.02], 1000, n_in_flight)
    assert best > 2 * sum(others)


def test_nobody_falls_below_the_floor() -> None:
    n_begun = play(by_thompson, [1.0, 0.0, 0.0, 0.0], 2000)
    assert min(n_begun) >= FLOOR * 2000 - len(n_begun)
    assert n_begun[0] > 0.8 * 2000


def test_before_anything_is_known_all_are_asked() -> None:
    assert min(play(by_thompson, [0.0] * 30, 600, n_in_flight=600)) >= 600 / 30 - 1


def test_more_finds_than_ended_samples_are_no_mistake() -> None:
    """A sample that ended after the count may be among those that found something."""
    assert by_thompson([Arm(n_begun=3, n_ended=1, n_found=2), Arm(n_begun=3)], random.Random(1)) in (0, 1)
