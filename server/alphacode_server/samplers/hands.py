"""Hands: the random metadata and temperature that groups of samples are conditioned on."""

import random
from collections.abc import Sequence

from alphacode_server.candidate import Hand

RATINGS = tuple(range(800, 3501, 100))

TEMPERATURES = (0.4, 1.0)
"""AlphaCode 2 draws a temperature per sample from a range it does not publish. This range is ours: below it an
instruction model repeats itself, above it most programs no longer compile."""

TAG_COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("implementation",), ("math",), ("greedy",), ("dp",), ("constructive algorithms",),
    ("brute force",), ("data structures",), ("strings",), ("sortings",), ("binary search",),
    ("graphs",), ("trees",), ("number theory",), ("combinatorics",), ("geometry",),
    ("bitmasks",), ("two pointers",), ("dfs and similar",), ("games",), ("divide and conquer",),
    ("implementation", "math"), ("implementation", "strings"), ("brute force", "implementation"),
    ("brute force", "math"), ("greedy", "math"), ("greedy", "implementation"), ("greedy", "sortings"),
    ("greedy", "strings"), ("constructive algorithms", "greedy"), ("constructive algorithms", "math"),
    ("constructive algorithms", "implementation"), ("constructive algorithms", "graphs"),
    ("math", "number theory"), ("combinatorics", "math"), ("combinatorics", "dp"), ("dp", "math"),
    ("dp", "greedy"), ("dp", "strings"), ("dp", "trees"), ("bitmasks", "dp"), ("brute force", "dp"),
    ("binary search", "greedy"), ("binary search", "data structures"), ("data structures", "greedy"),
    ("data structures", "sortings"), ("dfs and similar", "graphs"), ("dfs and similar", "trees"),
    ("dfs and similar", "dsu", "graphs"), ("graphs", "shortest paths"), ("games", "math"),
)  # fmt: skip
"""AlphaCode draws from the 50 most frequent combinations of its training set, which it does not list. These 50 are
ours, put together from the tags Codeforces uses most."""


def draw_hands(
    n_samples: int,
    languages: Sequence[str],
    children: int,
    rng: random.Random,
    temperature: float | None = None,
) -> list[Hand]:
    """Hands of at most `children` samples, `n_samples` in all, each with its own temperature, rating and tags.

    Languages have equal shares of the samples, give or take one, and take turns in random order, so that a search
    that is stopped early has tried them all. `temperature` replaces the random one.
    """
    if n_samples < 0 or children < 1 or not languages:
        raise ValueError(f"cannot deal {n_samples} samples in {languages!r}, {children} to a hand")
    hands: list[Hand] = []
    remaining = _shares(n_samples, languages, rng)
    while any(remaining.values()):
        for language in rng.sample(list(remaining), len(remaining)):
            n = min(children, remaining[language])
            if n:
                remaining[language] -= n
                hands.append(_draw(language, n, rng, temperature))
    return hands


def _shares(n_samples: int, languages: Sequence[str], rng: random.Random) -> dict[str, int]:
    each, rest = divmod(n_samples, len(languages))
    lucky = rng.sample(list(languages), rest)
    return {language: each + (language in lucky) for language in languages}


def _draw(language: str, n: int, rng: random.Random, temperature: float | None) -> Hand:
    drawn = round(rng.uniform(*TEMPERATURES), 3)
    return Hand(
        language=language,
        temperature=drawn if temperature is None else temperature,
        rating=rng.choice(RATINGS),
        tags=rng.choice(TAG_COMBINATIONS),
        n=n,
        seed=rng.getrandbits(31),
    )
