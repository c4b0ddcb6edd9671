"""Stage 2: a few ideas, each with why it works."""

from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Reflection, Solution, Solutions

OPENING = "possible_solutions:\n- name: "


async def possible_solutions(desk: Desk, reflection: Reflection) -> tuple[Solution, ...]:
    """At most as many as the settings say, without any that goes by the name of brute force. Raises NoAnswer."""
    settings = desk.settings.possible_solutions

    def named(answer: Solutions) -> tuple[Solution, ...]:
        return tuple(each for each in answer.possible_solutions if each.name.strip())

    answer = await desk.ask(
        "possible_solutions",
        Solutions,
        OPENING,
        {
            "self_reflection": reflection.points,
            "explanations": reflection.explanations if settings.use_test_explanations else "",
            "max_solutions": settings.max_num_of_possible_solutions,
        },
        lambda answer: bool(named(answer)),
    )
    solutions = named(answer)
    if settings.remove_brute_force_solutions:
        solutions = tuple(each for each in solutions if "brute" not in each.name.lower()) or solutions
    return solutions[: settings.max_num_of_possible_solutions]
