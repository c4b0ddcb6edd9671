"""One flow: from a problem to its programs, a line a stage. A stage that the model has no answer for is left out."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

from alphacode_sandbox import Program
from alphacode_server.candidate import Sample
from alphacode_server.pipeline.cost import TokensSpent
from alphacode_server.protocol import ThoughtsBody
from alphacode_server.protocol.encoding import to_json
from alphacode_server.samplers import SamplerError
from alphacode_server.strategies.alphacodium.ai_tests import ai_tests
from alphacode_server.strategies.alphacodium.attempt import Attempt
from alphacode_server.strategies.alphacodium.choose_best_solution import choose_best_solution
from alphacode_server.strategies.alphacodium.desk import Desk, NoAnswer, OutOfTime
from alphacode_server.strategies.alphacodium.generate_ai_tests import generate_ai_tests
from alphacode_server.strategies.alphacodium.initial_code_generation import initial_code_generation
from alphacode_server.strategies.alphacodium.possible_solutions import possible_solutions
from alphacode_server.strategies.alphacodium.public_tests import public_tests
from alphacode_server.strategies.alphacodium.reference import Reference
from alphacode_server.strategies.alphacodium.self_reflection import self_reflection
from alphacode_server.strategies.alphacodium.values import Choice, Reflection

T = TypeVar("T")


@dataclass(slots=True)
class Outcome:
    """What a flow has so far."""

    thoughts: ThoughtsBody
    best: Attempt | None = None
    last: Program | None = None
    """After its own tests, where they changed it."""


async def flow(desk: Desk, reference: Reference, model: str) -> AsyncGenerator[Sample, None]:
    """Its program, and after it the one that its own tests led to, where that is another.

    Whatever ends it early, time, tokens or the engine, it ends with its best program; an engine's error comes after it.
    """
    outcome, trouble = Outcome(ThoughtsBody(desk.number)), None
    try:
        await _run(desk, reference, outcome)
    except (OutOfTime, TokensSpent) as error:
        desk.warn(f"it ends early: {str(error) or 'the time is up'}")
    except SamplerError as error:
        trouble = error
    if outcome.best is None and trouble is None:
        desk.warn("it came to no program")
    programs = [outcome.best.program if outcome.best else None, outcome.last]
    n_tokens = desk.n_tokens
    for program in programs:
        if program:
            yield Sample(
                program,
                model,
                desk.hand.temperature,
                {"flow": desk.number},
                n_tokens=n_tokens,
                thoughts=outcome.thoughts,
            )
            n_tokens = 0  # They are the flow's, and counted once.
    if trouble:
        raise trouble


async def _run(desk: Desk, reference: Reference, outcome: Outcome) -> None:
    reflection = await _stage(desk, "self_reflection", self_reflection(desk), Reflection())
    outcome.thoughts = replace(outcome.thoughts, reflection=reflection.self_reflection)

    solutions = await _stage(desk, "possible_solutions", possible_solutions(desk, reflection), ())
    first = Choice(solutions[0].name, solutions[0].content) if solutions else Choice()
    choice = await _stage(desk, "choose_best_solution", choose_best_solution(desk, reflection, solutions), first)
    outcome.thoughts = replace(outcome.thoughts, solution=choice.name, reason=choice.why)

    tests = await _stage(desk, "generate_ai_tests", generate_ai_tests(desk, reflection, choice), ())
    outcome.thoughts = replace(outcome.thoughts, tests=tests)

    desk.begin("initial_code_generation")
    async with aclosing(initial_code_generation(desk, reflection, choice, solutions)) as attempts:
        await _take(desk, "initial_code_generation", attempts, outcome)
    if outcome.best and not outcome.best.passes:
        desk.begin("public_tests")
        async with aclosing(public_tests(desk, outcome.best, reflection)) as attempts:
            await _take(desk, "public_tests", attempts, outcome)
    if not tests or outcome.best is None:
        return
    # Brute force comes after the flow's own program: where tokens or time are short, that is worth more.
    desk.begin("weigh_ai_tests")
    tests = await reference.weighed(tests)
    outcome.thoughts = replace(outcome.thoughts, tests=tests)
    desk.note("weigh_ai_tests", tests=tests)
    if outcome.best.passes:
        desk.begin("ai_tests")
        async with aclosing(ai_tests(desk, outcome.best.program, tests)) as programs:
            async for program in programs:
                outcome.last = program
                desk.note("ai_tests", code=program.code)


async def _take(desk: Desk, stage: str, attempts: AsyncGenerator[Attempt, None], outcome: Outcome) -> None:
    """Keep each attempt as soon as it is there: whatever ends the flow, it has that."""
    async for tried in attempts:
        outcome.best = tried
        cases = [str(case.verdict) for case in tried.judgement.cases]
        desk.note(stage, code=tried.program.code, verdict=str(tried.judgement.verdict), examples=cases)


async def _stage(desk: Desk, name: str, work: Awaitable[T], otherwise: T) -> T:
    """What it comes to is noted; without an answer the flow goes on with `otherwise`."""
    desk.begin(name)
    try:
        result = await work
    except NoAnswer as error:
        desk.note(name, trouble=str(error))
        return otherwise
    values = to_json(result)
    desk.note(name, **(values if isinstance(values, dict) else {name: values}))
    return result
