"""Brute force: programs that ignore the limits say what is expected on small inputs (o3, 2025; ours are written apart).

They are no candidates, and what they say is evidence with a weight, never a filter: they are as likely to misread the
statement as any other program of the same model.
"""

from collections.abc import Mapping, Sequence

from alphacode_sandbox import Judge, Limits, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.execution import Experiment
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.pool import program_id
from alphacode_server.pipeline.report import Report
from alphacode_server.pipeline.writing import write_programs
from alphacode_server.problem import Problem
from alphacode_server.prompts import brute_force_prompt
from alphacode_server.samplers import Decoding, LanguageModel
from alphacode_server.selection import votes_of

SAMPLES_PER_PROGRAM = 32
"""So that they cost a few per cent of the sampling. A search for fewer than two of them does without."""
MAX_PROGRAMS = 16
MAX_TOKENS = 384
MAX_CHARS = 1000
"""A longer input is not small."""
TIME_S = 1.0
"""On a small input; a program that takes longer casts no vote there."""


async def brute_force_votes(
    problem: Problem,
    inputs: Sequence[str],
    language_model: LanguageModel | None,
    judge: Judge,
    options: SolveOptions,
    report: Report,
) -> tuple[Mapping[str, float], ...]:
    """Per input, votes by output hash of the programs that pass every example and agree with each other.

    Empty where there are none: without a model or examples, and in a search that is too small to pay for them.
    """
    n = min(MAX_PROGRAMS, options.n_samples // SAMPLES_PER_PROGRAM)
    if language_model is None:
        return ()
    programs = await brute_force_programs(problem, language_model, judge, n, options.seed, report)
    return await votes_on(programs, inputs, judge, problem.limits)


async def brute_force_programs(
    problem: Problem, language_model: LanguageModel, judge: Judge, n: int, seed: int, report: Report
) -> tuple[Candidate, ...]:
    """Distinct ones of `n` that pass every example. None where they would be too few to vote."""
    if not problem.examples or n < 2:
        return ()
    limits, prompt = Limits(TIME_S, problem.limits.memory_mb), brute_force_prompt(problem)
    decoding = Decoding(n=n, max_tokens=MAX_TOKENS, seed=seed)
    passing: dict[str, Candidate] = {}
    for program in await write_programs(prompt, language_model, decoding, "brute-force programs", report):
        sample = Sample(program, language_model.name)
        judgement = await judge.test(program, problem.examples, limits, problem.checker, stop_at_first_failure=True)
        if judgement.verdict is Verdict.AC:
            passing[program_id(sample)] = Candidate(program_id(sample), sample, judgement)
    return tuple(passing.values())


async def votes_on(
    programs: Sequence[Candidate], inputs: Sequence[str], judge: Judge, limits: Limits
) -> tuple[Mapping[str, float], ...]:
    """Per input, votes by output hash; empty where no two programs can be believed. `limits` are the problem's."""
    if len(programs) < 2:
        return ()
    experiment = Experiment(judge, Limits(TIME_S, limits.memory_mb))
    await experiment.run(programs, [text for text in inputs if len(text) <= MAX_CHARS])
    return votes_of(experiment.matrix(programs, inputs))
