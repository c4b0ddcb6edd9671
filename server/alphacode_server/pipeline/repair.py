"""Repair: where nothing passes, the model mends near misses, told what they do wrong on an example.

Ours, after S* (Li et al. 2025, arXiv 2502.14382), which debugs every sample for up to three rounds. Here only near
misses are mended, and only such as fail in different ways. What comes of them is filtered as every sample is, on all
examples: those are what AlphaCodium (Ridnik et al. 2024) calls anchors, tests that a repair must not break.
"""

import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from alphacode_sandbox import Program, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.extraction import extract_code
from alphacode_server.pipeline.clock import SAMPLING_SHARE, SEARCHING_SHARE
from alphacode_server.pipeline.near_misses import near_misses, unlike
from alphacode_server.pipeline.search import Search
from alphacode_server.problem import Problem
from alphacode_server.prompts import repair_prompt
from alphacode_server.samplers import Decoding, LanguageModel, merge

N_MENDED = 4
"""Programs that are mended in each of the two rounds at most."""
N_CONSIDERED = 16
"""Near misses of which the programs to mend are chosen."""
TEMPERATURE = 0.7
"""As in S*."""
AT_A_TIME = 2


async def repair(search: Search, language_model: LanguageModel, goal: int) -> None:
    """Fill the pool with repairs until there are `goal` samples; fewer where there is nothing to mend.

    They end, as sampling does, while there are tokens for the other stages.
    """
    problem, pool, cost = search.problem, search.pool, search.cost

    def is_over() -> bool:
        return cost.is_spent(SAMPLING_SHARE if pool.n_passing else SEARCHING_SHARE)

    rng, mended = random.Random(search.options.seed), set[str]()
    for end in ((pool.n_sampled + goal + 1) // 2, goal):
        n = end - pool.n_sampled
        nearest = await near_misses(pool, problem, search.judge, N_CONSIDERED)
        # One that was slow when it was first judged may pass now.
        failing = (candidate for candidate in nearest if candidate.judgement.verdict is not Verdict.AC)
        # Sorting is stable: the best come first, and those that were mended before come last.
        chosen = unlike(sorted(failing, key=lambda candidate: candidate.id in mended))[: min(n, N_MENDED)]
        if not chosen:
            return
        mended.update(candidate.id for candidate in chosen)
        mending = [
            _mend(each, problem, language_model, n // len(chosen) + (place < n % len(chosen)), rng.getrandbits(31))
            for place, each in enumerate(chosen)
        ]
        async with aclosing(merge(mending, AT_A_TIME)) as samples:
            await search.filter.fill(samples, end, is_over)


async def _mend(
    candidate: Candidate, problem: Problem, language_model: LanguageModel, n: int, seed: int
) -> AsyncGenerator[Sample, None]:
    failure = next(case for case in candidate.judgement.cases if case.verdict is not Verdict.AC)
    prompt = repair_prompt(problem, candidate.program, problem.examples[failure.index], failure)
    language = candidate.program.language
    decoding = Decoding(n=n, temperature=TEMPERATURE, seed=seed)
    async with aclosing(language_model.complete(prompt, decoding)) as completions:
        async for completion in completions:
            code = extract_code(completion.text, prompt, language)
            if code is not None:
                yield Sample(
                    program=Program(language, code),
                    model=language_model.name,
                    temperature=TEMPERATURE,
                    metadata={**candidate.sample.metadata, "repair_of": candidate.id},
                    mean_logprob=completion.mean_logprob,
                    n_tokens=completion.n_tokens,
                )
