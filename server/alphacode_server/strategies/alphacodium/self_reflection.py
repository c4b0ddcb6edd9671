"""Stage 1: the problem in bullet points, each example explained; where asked for, the explanations looked at again."""

from collections.abc import Sequence
from dataclasses import replace

from alphacode_sandbox import Case
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import ExplainedTest, Reflection

OPENING = "self_reflection:\n- "
VALIDATED_OPENING = "tests_explanations:\n- input: |\n"


async def self_reflection(desk: Desk) -> Reflection:
    """Raises NoAnswer."""
    examples = desk.problem.examples
    n_tests = len(examples)

    def explains_all(reflection: Reflection) -> bool:
        return len(_of_examples(reflection.tests_explanations, examples)) == n_tests

    reflection = await desk.ask("self_reflection", Reflection, OPENING, {"n_tests": n_tests}, explains_all)
    if desk.settings.self_reflection.validate_self_reflection:
        validated = await desk.ask(
            "validate_reflection",
            Reflection,
            VALIDATED_OPENING,
            {"self_reflection": reflection.points, "explanations": reflection.explanations, "n_tests": n_tests},
            explains_all,
        )
        reflection = Reflection(reflection.self_reflection, validated.tests_explanations)
    return replace(reflection, tests_explanations=_of_examples(reflection.tests_explanations, examples))


def _of_examples(explained: Sequence[ExplainedTest], examples: Sequence[Case]) -> tuple[ExplainedTest, ...]:
    """Each example's explanation once; a model also explains tests that it has made up."""
    inputs = [case.input.split() for case in examples]
    by_input = {tuple(words): test for test in reversed(explained) if (words := test.input.split()) in inputs}
    return tuple(by_input[tuple(words)] for words in inputs if tuple(words) in by_input)
