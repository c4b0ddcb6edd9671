"""Stage 3: the idea that is simple and robust, worked out into steps."""

from collections.abc import Sequence

from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Choice, Reflection, Solution

OPENING = "name: "


async def choose_best_solution(desk: Desk, reflection: Reflection, solutions: Sequence[Solution]) -> Choice:
    """Raises NoAnswer."""
    return await desk.ask(
        "choose_best_solution",
        Choice,
        OPENING,
        {
            "self_reflection": reflection.points,
            "solutions": "\n\n".join(map(str, solutions)),
            "time_limit_s": f"{desk.problem.limits.time_s:g}",
        },
        lambda choice: bool(str(choice)),
    )
