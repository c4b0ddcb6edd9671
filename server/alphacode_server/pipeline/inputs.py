"""Inputs for clustering: half from generators the model writes, the rest by mutating the examples.

AlphaCode 2 trained a model for this; which inputs it drew is not published. Ours asks the policy model itself for
programs that print a random input, runs them in the sandbox, and falls back on mutation for what they do not yield.
"""

import random
from collections.abc import Sequence
from contextlib import aclosing

from alphacode_sandbox import Judge, Limits, Program, RunResult, Verdict
from alphacode_server.extraction import extract_code
from alphacode_server.pipeline.mutation import mutate
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.prompts import generator_prompt
from alphacode_server.samplers import Decoding, LanguageModel, SamplerError

N_GENERATORS = 4
GENERATOR_LIMITS = Limits(time_s=1.0, memory_mb=256, output_kb=64)


async def generate_inputs(
    problem: Problem, language_model: LanguageModel | None, judge: Judge, options: SolveOptions, report: Report
) -> tuple[str, ...]:
    """At most `options.n_inputs` distinct inputs, none of them an example's.

    Empty when there is neither an example nor a model that writes something usable.
    """
    n, rng = options.n_inputs, random.Random(options.seed)
    report.phase("generate_inputs", 0, n)
    examples = [case.input for case in problem.examples]
    written: list[str] = []
    for generator in await _generators(problem, language_model, options.seed, report) if language_model else ():
        written += await _run_generator(generator, judge, 2 * n // N_GENERATORS, rng)
    fresh = [text for text in dict.fromkeys(written) if text not in examples]
    mutants = mutate(examples or fresh, n, rng)
    chosen = rng.sample(fresh, min(len(fresh), max(n // 2, n - len(mutants))))
    inputs = tuple(dict.fromkeys([*chosen, *mutants]))[:n]
    report.phase("generate_inputs", len(inputs), len(inputs))
    return inputs


async def _generators(problem: Problem, language_model: LanguageModel, seed: int, report: Report) -> Sequence[Program]:
    """In an order that does not depend on which was finished first."""
    prompt = generator_prompt(problem)
    decoding = Decoding(n=N_GENERATORS, temperature=0.8, max_tokens=256, seed=seed)
    codes = set[str]()
    try:
        async with aclosing(language_model.complete(prompt, decoding)) as completions:
            async for completion in completions:
                codes |= {extract_code(completion.text, prompt, "python") or ""}
    except SamplerError as error:
        report.warn("sampler", f"the model wrote no input generators, the examples are mutated instead: {error}")
    return [Program("python", code) for code in sorted(codes) if code]


async def _run_generator(generator: Program, judge: Judge, n: int, rng: random.Random) -> list[str]:
    """What a generator prints for `n` seeds. It reads its seed from standard input."""
    seeds = [str(rng.randrange(2**31)) for _ in range(n)]
    runs = await judge.run(generator, seeds, GENERATOR_LIMITS)
    return [run.stdout for run in runs if _usable(run)]


def _usable(run: RunResult) -> bool:
    return run.verdict is Verdict.RUN and bool(run.stdout.strip())
