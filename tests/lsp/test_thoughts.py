"""What a flow thought, as an editor shows it."""

from alphacode_lsp.features.thoughts import thoughts_text
from alphacode_server.protocol import ThoughtsBody, WrittenTest


def test_the_idea_its_reason_the_points_and_the_tests_can_be_read() -> None:
    tests = (WrittenTest("4\n2\n", "YES\n", 0.75), WrittenTest("1\n", "a|b\n", 0.25))
    text = thoughts_text(ThoughtsBody(1, ("n is even", "use *stars*"), "Parity", "it is\nsimple", tests))
    assert text == (
        "Idea: Parity: it is simple\n\n"
        "- n is even\n- use \\*stars\\*\n\n"
        "| generated test | expected | |\n|---|---|---|\n| 4 2 | YES |  |\n| 1 | a\\|b | doubted |"
    )


def test_a_flow_without_thoughts_shows_nothing() -> None:
    assert thoughts_text(ThoughtsBody(1)) == ""
