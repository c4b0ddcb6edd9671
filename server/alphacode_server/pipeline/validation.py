"""Validation: which inputs keep to the statement, as programs that the model wrote for it say (AutoCode 2025).

A validator reads an input and fails unless it is valid. It is believed when it accepts the examples, rejects most of
what is surely no input, and accepts anything else near the examples. One that accepts everything is no filter, and one
that knows the examples by heart would leave nothing: both are dropped.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alphacode_sandbox import Judge, Limits, Program, Verdict
from alphacode_server.pipeline.mutation import damage, mutate
from alphacode_server.pipeline.shape import Shape, shape_of

VALIDATOR_LIMITS = Limits(time_s=1.0, memory_mb=256, output_kb=64)
N_TRIED = 30
"""As many near-valid illegal inputs as AutoCode tries; and as many mutants, some of which must be legal."""
MAX_REFUTED = 3
"""Assertions that a validator may lose; one that is wrong more often was not thought about."""
MIN_REJECTED = 0.5
"""The share of the illegal ones that a validator has to reject."""

_TRACE = re.compile(r"line (\d+), in ")


NOTHING_LEFT = """
import sys
assert not sys.stdin.read().strip()
"""
"""What is put at the end of a program that reads an input line by line."""


@dataclass(frozen=True, slots=True)
class Majority:
    """The programs that classify best, which are believed by majority."""

    programs: tuple[Program, ...]
    judge: Judge

    async def accepts(self, inputs: Sequence[str]) -> list[bool]:
        """Per input, whether more than half of the programs accept it."""
        votes = [0] * len(inputs)
        for program in self.programs:
            accepted = await accepted_by(program, inputs, self.judge)
            votes = [n + vote for n, vote in zip(votes, accepted, strict=True)]
        return [2 * n > len(self.programs) for n in votes]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Where no program can be believed, an input has to be like the examples."""

    shape: Shape

    async def accepts(self, inputs: Sequence[str]) -> list[bool]:
        """Per input, whether it fits; without examples every one does."""
        return [self.shape.fits(text) for text in inputs]


Validator = Majority | Likeness


async def agreed_validator(
    programs: Sequence[Program], examples: Sequence[str], judge: Judge, rng: random.Random
) -> Validator:
    """The best there is of a model's programs and of what the examples share."""
    illegal, mutants = damage(examples, N_TRIED, rng), mutate(examples, N_TRIED, rng)
    n_rejected: dict[Program, int] = {}
    for each in programs if illegal else ():
        program = await without_refuted(replace(each, code=each.code + NOTHING_LEFT), examples, judge)
        if all(await accepted_by(program, examples, judge)) and any(await accepted_by(program, mutants, judge)):
            n_rejected[program] = (await accepted_by(program, illegal, judge)).count(False)
    most = max(n_rejected.values(), default=0)
    best = tuple(program for program, n in n_rejected.items() if n == most)
    return Majority(best, judge) if most > MIN_REJECTED * len(illegal) else Likeness(shape_of(examples))


async def without_refuted(program: Program, examples: Sequence[str], judge: Judge) -> Program:
    """The program without assertions that an example does not meet: they are wrong, and the others may be right.

    Small models miscount lines, and get the limits right below.
    """
    for _ in range(MAX_REFUTED):
        runs = await judge.run(program, examples, VALIDATOR_LIMITS)
        refuted = [_TRACE.findall(run.stderr)[-1:] for run in runs if "\nAssertionError" in run.stderr]
        numbers = [int(number) for trace in refuted for number in trace]
        lines = program.code.split("\n")
        if not numbers or numbers[0] > len(lines) or not lines[numbers[0] - 1].lstrip().startswith("assert "):
            break
        lines[numbers[0] - 1] = lines[numbers[0] - 1].partition("assert ")[0] + "pass"
        program = replace(program, code="\n".join(lines))
    return program


async def accepted_by(program: Program, inputs: Sequence[str], judge: Judge) -> list[bool]:
    """Per input, whether one validator accepts it; a program that does not compile accepts nothing."""
    runs = await judge.run(program, inputs, VALIDATOR_LIMITS)
    return [run.verdict is Verdict.RUN for run in runs] or [False] * len(inputs)
