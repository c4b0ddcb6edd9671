"""Validation: which inputs keep to the statement, as programs that the model wrote for it say (AutoCode 2025).

A validator reads an input and fails unless it is valid. It is believed when it accepts the examples, rejects most of
what is surely no input, and accepts anything else near the examples. One that accepts everything is no filter, and one
that knows the examples by heart would leave nothing: both are dropped.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_sandbox import Judge, Limits, Program, Verdict
from alphacode_server.pipeline.mutation import damage, mutate

VALIDATOR_LIMITS = Limits(time_s=1.0, memory_mb=256, output_kb=64)
N_TRIED = 30
"""As many near-valid illegal inputs as AutoCode tries; and as many mutants, some of which must be legal."""
MIN_REJECTED = 0.5
"""The share of them that a validator has to reject."""


@dataclass(frozen=True, slots=True)
class Validator:
    """The validators that classify best, which are believed by majority."""

    programs: tuple[Program, ...]
    judge: Judge

    async def accepts(self, inputs: Sequence[str]) -> list[bool]:
        """Per input, whether more than half of the programs accept it."""
        votes = [0] * len(inputs)
        for program in self.programs:
            accepted = await accepted_by(program, inputs, self.judge)
            votes = [n + vote for n, vote in zip(votes, accepted, strict=True)]
        return [2 * n > len(self.programs) for n in votes]


async def agreed_validator(
    programs: Sequence[Program], examples: Sequence[str], judge: Judge, rng: random.Random
) -> Validator | None:
    """None when none of the programs can be believed, and without examples to try them on."""
    illegal, mutants = damage(examples, N_TRIED, rng), mutate(examples, N_TRIED, rng)
    n_rejected: dict[Program, int] = {}
    for program in programs if illegal else ():
        if all(await accepted_by(program, examples, judge)) and any(await accepted_by(program, mutants, judge)):
            n_rejected[program] = (await accepted_by(program, illegal, judge)).count(False)
    most = max(n_rejected.values(), default=0)
    best = tuple(program for program, n in n_rejected.items() if n == most)
    return Validator(best, judge) if most > MIN_REJECTED * len(illegal) else None


async def accepted_by(program: Program, inputs: Sequence[str], judge: Judge) -> list[bool]:
    """Per input, whether one validator accepts it; a program that does not compile accepts nothing."""
    runs = await judge.run(program, inputs, VALIDATOR_LIMITS)
    return [run.verdict is Verdict.RUN for run in runs] or [False] * len(inputs)
