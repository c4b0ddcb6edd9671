"""Stage 4: tests in the model's words, inputs with the outputs that it expects. Some are wrong; stage 7 knows that."""

from alphacode_server.protocol import WrittenTest
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Choice, Reflection, WrittenTests

OPENING = "tests:\n- input: |\n"


async def generate_ai_tests(desk: Desk, reflection: Reflection, choice: Choice) -> tuple[WrittenTest, ...]:
    """Distinct ones, and none of the examples again; nothing speaks for or against them yet. Raises NoAnswer."""
    settings = desk.settings.generate_ai_tests
    if not settings.number_of_ai_tests:
        return ()
    explanations = reflection.explanations if settings.use_test_explanations else ""
    shared = {
        "self_reflection": reflection.points,
        "explanations": explanations,
        "n_tests": settings.number_of_ai_tests,
    }
    answer = await desk.ask("generate_ai_tests", WrittenTests, OPENING, {**shared, "solution": choice}, _has_inputs)
    if settings.validate_ai_tests:
        written = "\n\n".join(f"input:\n{test.input.strip()}\noutput:\n{test.output.strip()}" for test in answer.tests)
        answer = await desk.ask("validate_ai_tests", WrittenTests, OPENING, {**shared, "tests": written}, _has_inputs)
    known = {case.input.strip() for case in desk.problem.examples}
    tests: dict[str, WrittenTest] = {}
    for test in answer.tests:
        if (text := test.input.strip()) and test.output.strip() and text not in known:
            case = WrittenTest(_lines(test.input), _lines(test.output), explanation=test.explanation)
            tests.setdefault(text, case)
    return tuple(tests.values())[: settings.number_of_ai_tests]


def _has_inputs(answer: WrittenTests) -> bool:
    return any(test.input.strip() for test in answer.tests)


def _lines(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())
