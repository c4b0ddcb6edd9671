"""Whether probabilities mean what they say."""

from collections.abc import Sequence
from dataclasses import dataclass

N_BINS = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of about the same probability."""

    n: int
    claimed: float
    """Their mean probability."""
    observed: float
    """The share of them that came true."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of claims and what became of them."""

    brier: float
    """The mean squared distance of claim and truth: 0 is perfect, and 0.25 is what always saying 0.5 gives."""
    bins: tuple[Bin, ...]
    """Of equal width, lowest first, without the empty ones."""


def calibration(claims: Sequence[float], truths: Sequence[float], n_bins: int = N_BINS) -> Calibration:
    """`claims` are probabilities, `truths` 0 or 1, or the share that is true of what a claim is about."""
    pairs = list(zip(claims, truths, strict=True))
    bins: list[list[tuple[float, float]]] = [[] for _ in range(n_bins)]
    for claim, truth in pairs:
        bins[min(int(claim * n_bins), n_bins - 1)].append((claim, truth))
    return Calibration(
        brier=sum((claim - truth) ** 2 for claim, truth in pairs) / max(1, len(pairs)),
        bins=tuple(
            Bin(len(each), sum(claim for claim, _ in each) / len(each), sum(truth for _, truth in each) / len(each))
            for each in bins
            if each
        ),
    )
