"""Inputs for clustering: half from generators the model writes, the rest by mutating the examples.

AlphaCode 2 trained a model for this; which inputs it drew is not published. Ours asks the policy model itself for
programs that print a random input, runs them in the sandbox, and falls back on mutation for what they do not yield.
"""

import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alphacode_sandbox import Judge, Limits, Program, RunResult, Verdict
from alphacode_server.extraction import extract_code
from alphacode_server.pipeline.mutation import mutate
from alphacode_server.problem import Problem
from alphacode_server.prompts import generator_prompt
from alphacode_server.samplers import Decoding, LanguageModel

N_GENERATORS = 4
GENERATOR_LIMITS = Limits(time_s=1.0, memory_mb=256, output_kb=64)


async def generate_inputs(
    problem: Problem, language_model: LanguageModel | None, judge: Judge, n: int, seed: int
) -> tuple[str, ...]:
    """At most `n` distinct inputs, none of them an example's. Empty when there is neither a model nor an example."""
    examples = [case.input for case in problem.examples]
    rng = random.Random(seed)
    written: list[str] = []
    if language_model:
        async with aclosing(_generators(problem, language_model, seed)) as generators:
            async for generator in generators:
                written += await _run_generator(generator, judge, 2 * n // N_GENERATORS, rng)
    fresh = [text for text in dict.fromkeys(written) if text not in examples]
    mutants = mutate(examples or fresh, n, rng)
    chosen = rng.sample(fresh, min(len(fresh), max(n // 2, n - len(mutants))))
    return tuple(dict.fromkeys([*chosen, *mutants]))[:n]


async def _generators(problem: Problem, language_model: LanguageModel, seed: int) -> AsyncGenerator[Program, None]:
    prompt = generator_prompt(problem)
    decoding = Decoding(n=N_GENERATORS, temperature=0.8, max_tokens=256, seed=seed)
    async with aclosing(language_model.complete(prompt, decoding)) as completions:
        async for completion in completions:
            if code := extract_code(completion.text, prompt, "python"):
                yield Program("python", code)


async def _run_generator(generator: Program, judge: Judge, n: int, rng: random.Random) -> list[str]:
    """What a generator prints for `n` seeds. It reads its seed from standard input."""
    seeds = [str(rng.randrange(2**31)) for _ in range(n)]
    runs = await judge.run(generator, seeds, GENERATOR_LIMITS)
    return [run.stdout for run in runs if _usable(run)]


def _usable(run: RunResult) -> bool:
    return run.verdict is Verdict.RUN and bool(run.stdout.strip())
