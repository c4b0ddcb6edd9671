"""Generators: programs of the model that print a random input, run so that each gives several families of inputs.

A model writes the plainest program there is, with `random.randint` between the statement's limits. Which family its
input is of, small or at the limits, is decided by our own `randint`, which is put in front of the program. So one
program gives all families, and a small model has nothing to understand of them.
"""

import random
from enum import StrEnum

from alphacode_sandbox import Judge, Limits, Program, Verdict

GENERATOR_LIMITS = Limits(time_s=1.0, memory_mb=512, output_kb=8192)

MAX_CHARS = 64 << 10
"""Inputs that tell programs apart are no longer than this; longer ones are there to tell how fast they are."""


class Family(StrEnum):
    """What a generator draws where its program asks for an integer in a range."""

    SMALL = "small"
    """One of the few next to the lower limit, or to 0: with enough seeds, every small input there is."""
    RANDOM = "random"
    """Any one, small orders of magnitude as often as large ones."""
    EXTREME = "extreme"
    """One of the limits, or their neighbour."""
    LARGE = "large"
    """For the first two, which are mostly sizes, the upper limit; then any one."""


VARIED = (Family.SMALL, Family.SMALL, Family.RANDOM, Family.EXTREME)
"""Families that tell programs apart, as often as they are drawn."""

PRELUDE = """import random

def _set_up():
    family, seed = input().split()
    random.seed(int(seed))
    uniform, n_calls, spread = random.randint, 0, 0

    def randint(low, high):
        nonlocal n_calls, spread
        n_calls += 1
        if high <= low:
            return uniform(low, high)
        if family == "large":
            return high if n_calls <= 2 else uniform(low, high)
        if family == "extreme":
            return uniform(*random.choice([(low, low), (high, high), (low, low + 1), (high - 1, high)]))
        spread = spread or uniform(1, 6)
        if family == "random":
            spread = 2 ** uniform(0, max(-low, high, 1).bit_length())
        near = min(max(low, 0), high)
        return uniform(max(low, near - spread), min(high, near + spread))

    def randrange(start, stop=None, step=1):
        low, high = (0, start) if stop is None else (start, stop)
        return low + step * randint(0, (high - low - (1 if step > 0 else -1)) // step)

    random.randint, random.randrange = randint, randrange

_set_up()
"""


async def generate(generator: Program, family: Family, n: int, judge: Judge, rng: random.Random) -> tuple[str, ...]:
    """What it prints for `n` seeds, as far as that can be an input."""
    whole = Program(generator.language, PRELUDE + generator.code)
    # The second line is for the program itself, which may seed once more.
    seeds = [rng.randrange(2**31) for _ in range(n)]
    runs = await judge.run(whole, [f"{family} {seed}\n{seed}\n" for seed in seeds], GENERATOR_LIMITS)
    printed = (run.stdout for run in runs if run.verdict is Verdict.RUN and run.stdout.strip())
    return tuple(text for text in printed if family is Family.LARGE or len(text) <= MAX_CHARS)
