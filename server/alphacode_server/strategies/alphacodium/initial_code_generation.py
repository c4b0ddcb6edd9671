"""Stage 5: a first program, by the chosen idea and then by the others, until one passes every example."""

from collections.abc import AsyncGenerator, Sequence
from itertools import cycle

from alphacode_server.strategies.alphacodium.attempt import Attempt, attempt
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Choice, Reflection, Solution

TRIES_OF_CHOICE = 2
"""New attempts with the chosen idea before the others have their turn."""


async def initial_code_generation(
    desk: Desk, reflection: Reflection, choice: Choice, solutions: Sequence[Solution]
) -> AsyncGenerator[Attempt, None]:
    """Attempts, each nearer to the examples than those before; the last is the best, and passes where any did."""
    ideas = cycle(solutions or (choice,))
    best: Attempt | None = None
    for number in range(1 + desk.settings.initial_code_generation.max_attempts):
        idea = choice if number <= TRIES_OF_CHOICE else next(ideas)
        program = await desk.write("initial_code", {"self_reflection": reflection.points, "solution": idea})
        if program is None:
            continue
        tried = await attempt(desk, program)
        if best is None or tried.rank < best.rank:
            best = tried
            yield best
        if tried.passes:
            return
