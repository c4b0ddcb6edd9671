"""Where inputs come from: generators that the model writes, and mutation of what is there.

AlphaCode 2 trained a model for this; which inputs it drew is not published. Ours asks the policy model itself for
programs: generators, and validators that say which inputs keep to the statement. Mutation of the examples does the
rest, and all of it where there is no model or it writes nothing usable; what is valid is then guessed from what the
examples share.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import replace

from alphacode_sandbox import Judge, Program
from alphacode_server.pipeline.generation import VARIED, Family, generate
from alphacode_server.pipeline.mutation import mutate
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.shape import shape_of
from alphacode_server.pipeline.tasks import all_of
from alphacode_server.pipeline.validation import Validator, agreed_validator
from alphacode_server.pipeline.writing import write_programs
from alphacode_server.problem import Problem
from alphacode_server.prompts import generator_prompt, validator_prompt
from alphacode_server.samplers import Decoding, LanguageModel

MAX_TOKENS = 256
"""Of a generator or a validator."""
TEMPERATURE = 0.8
N_TRIALS = 8
"""Inputs by which a generator is tried."""
N_DRAWS = 3
"""How often more inputs are drawn when too few of them are new and valid."""
PER_MUTANT = 4
"""Mutants that are made for one that is taken."""
MAX_PARENT = 2000
"""Characters of an input that is mutated; in longer ones a change is lost."""
MIN_VALID = 0.2
"""A smaller share of valid inputs is too few: invalid ones are better than none, as in AlphaCode (2022, 4.6)."""
N_LARGE = 3
"""Large inputs at most."""


class InputSource:
    """New inputs as often as they are asked for, none of them twice and none an example's; made by `input_source`."""

    def __init__(
        self,
        examples: Sequence[str],
        generators: Sequence[Program],
        validator: Validator,
        judge: Judge,
        rng: random.Random,
    ) -> None:
        self._examples = tuple(examples)
        self._generators = tuple(generators)
        self._validator = validator
        self._judge = judge
        self._rng = rng
        self._seen = set(examples)
        self._shape = shape_of(examples)

    async def draw(self, n: int, parents: Sequence[str] = ()) -> tuple[str, ...]:
        """Up to `n`: half from the generators as long as they yield any, the rest mutants of examples and `parents`.

        Valid ones only, as far as anybody can say, unless they are too few.
        """
        valid, invalid = list[str](), list[str]()
        for _ in range(N_DRAWS):
            fresh = await self._fresh(n - len(valid), [*self._examples, *parents])
            accepted = await self._validator.accepts(fresh)
            for text, is_valid in zip(fresh, accepted, strict=True):
                (valid if is_valid else invalid).append(text)
            if len(valid) >= n or not fresh:
                break
        too_few = max(0, math.ceil(MIN_VALID * n) - len(valid))
        return tuple([*valid, *invalid[:too_few]][:n])

    async def draw_large(self) -> tuple[str, ...]:
        """The longest of the valid inputs whose sizes are at the limits, longest first."""
        large = [
            text for each in self._generators for text in await generate(each, Family.LARGE, 1, self._judge, self._rng)
        ]
        valid = {text for text, is_valid in zip(large, await self._validator.accepts(large), strict=True) if is_valid}
        return tuple(sorted(valid, key=lambda text: (-len(text), text))[:N_LARGE])

    def _mutants(self, n: int, parents: Sequence[str]) -> list[str]:
        """Those that fit the shape first."""
        fitting = [text for text in parents if self._shape.fits(text)]
        mutants = mutate(fitting, PER_MUTANT * n, self._rng, self._shape) or mutate(parents, n, self._rng)
        new = [text for text in mutants if text not in self._seen]
        return sorted(new, key=self._shape.fits, reverse=True)[:n]

    async def _fresh(self, n: int, parents: Sequence[str]) -> tuple[str, ...]:
        """At most `n` that were not there before."""
        written = list[str]()
        for generator in self._generators:
            for family in VARIED:
                n_runs = math.ceil(n / (len(self._generators) * len(VARIED)))
                written += await generate(generator, family, n_runs, self._judge, self._rng)
        new = [text for text in dict.fromkeys(written) if text not in self._seen]
        mutants = self._mutants(n, [text for text in parents if len(text) <= MAX_PARENT] or new)
        chosen = self._rng.sample(new, min(len(new), max(n // 2, n - len(mutants))))
        fresh = tuple(dict.fromkeys([*chosen, *mutants]))[:n]
        self._seen.update(fresh)
        return fresh


async def input_source(
    problem: Problem, language_model: LanguageModel | None, judge: Judge, options: SolveOptions, report: Report
) -> InputSource:
    """Everything that has to be written is written and tried here. Without a model there is mutation alone."""
    report.phase("generate_inputs", 0, options.n_inputs)
    rng = random.Random(options.seed)
    examples = [case.input for case in problem.examples]
    generators, validators = tuple[Program, ...](), tuple[Program, ...]()
    if language_model and options.n_inputs:
        n_generators, n_validators = n_written(options.n_samples)
        asked = [("generators", generator_prompt(problem), n_generators)]
        if examples:
            asked.append(("validators", validator_prompt(problem), n_validators))
        decoding = Decoding(temperature=TEMPERATURE, max_tokens=MAX_TOKENS, seed=options.seed)
        # Side by side: on a small machine a step of the engine costs the same for both as for one of them.
        generators, *rest = await all_of(
            write_programs(prompt, language_model, replace(decoding, n=n), what, report) for what, prompt, n in asked
        )
        validators = rest[0] if rest else ()
    validator = await agreed_validator(validators, examples, judge, rng)
    tried = [generator for generator in generators if await _is_usable(generator, validator, judge, rng)]
    return InputSource(examples, tried, validator, judge, rng)


def n_written(n_samples: int) -> tuple[int, int]:
    """Generators and validators to ask for: 3 and 2 for a small search, 16 and 8 for one of a thousand samples."""
    root = math.sqrt(n_samples)
    return min(16, max(3, round(root / 2))), min(8, max(2, round(root / 4)))


async def _is_usable(generator: Program, validator: Validator, judge: Judge, rng: random.Random) -> bool:
    """Whether it prints anything, and mostly what the validator accepts."""
    printed = await generate(generator, Family.RANDOM, N_TRIALS, judge, rng)
    return 2 * sum(await validator.accepts(printed)) > N_TRIALS
