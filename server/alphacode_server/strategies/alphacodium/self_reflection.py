"""Stage 1: the problem in bullet points, each example explained; where asked for, the explanations looked at again."""

from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Reflection

OPENING = "self_reflection:\n- "
VALIDATED_OPENING = "tests_explanations:\n- input: |\n"


async def self_reflection(desk: Desk) -> Reflection:
    """Raises NoAnswer."""
    n_tests = len(desk.problem.examples)

    def complaint(reflection: Reflection) -> str | None:
        n_explained = len(reflection.tests_explanations)
        return None if n_explained == n_tests else f"{n_explained} of {n_tests} examples are explained"

    reflection = await desk.ask("self_reflection", Reflection, OPENING, {"n_tests": n_tests}, complaint)
    if desk.settings.self_reflection.validate_self_reflection:
        validated = await desk.ask(
            "validate_reflection",
            Reflection,
            VALIDATED_OPENING,
            {"self_reflection": reflection.points, "explanations": reflection.explanations, "n_tests": n_tests},
            complaint,
        )
        reflection = Reflection(reflection.self_reflection, validated.tests_explanations)
    return reflection
