"""What models make of YAML, and what can be read of it all the same."""

import pytest

from alphacode_server.strategies.alphacodium.reading import Unreadable, read
from alphacode_server.strategies.alphacodium.values import (
    Choice,
    ExplainedTest,
    Reflection,
    Solutions,
    WrittenTests,
)

OPENING = "tests:\n- input: |\n"
TEST = ExplainedTest("8\n", "YES\n")


def check(reply: str, expected: tuple[ExplainedTest, ...] = (TEST,)) -> None:
    found = read(reply, OPENING, WrittenTests).tests
    stripped = [(test.input.strip(), test.output.strip()) for test in found]
    assert stripped == [(test.input.strip(), test.output.strip()) for test in expected]


@pytest.mark.parametrize(
    "reply",
    [
        "    8\n  output: |\n    YES\n",
        "tests:\n- input: |\n    8\n  output: |\n    YES\n",
        "Here are the tests:\n\n```yaml\ntests:\n- input: |\n    8\n  output: |\n    YES\n```\nI hope this helps.",
        "```\ntests:\n- input: 8\n  output: YES\n```",
        "<think>8 is even: yes</think>```yaml\ntests:\n- input: 8\n  output: YES",
        "tests:\n- input: |\n\t8\n  output: |\n\tYES\n",
        "tests:\r\n- input: 8\r\n  output: YES\r\n",
    ],
    ids=["goes on", "whole", "with prose", "plain fence", "thinking, unclosed", "tabs", "carriage returns"],
)
def test_a_reply_may_have_many_forms(reply: str) -> None:
    check(reply)


def test_scalars_are_text() -> None:
    check("tests:\n- input: 007\n  output: no\n- input: 1_000\n  output: 2026-11-26\n",
          (ExplainedTest("007", "no"), ExplainedTest("1_000", "2026-11-26")))  # fmt: skip


def test_colons_and_quotes_in_text_are_no_syntax() -> None:
    reply = """name: Greedy: take the largest first
content: "Sort, then: take "the largest" of them
why: it's simple: O(n log n) # and robust
flow:
- Read n: the number of values
- Print: the sum
"""
    choice = read(reply, "name: ", Choice)
    assert choice.name == "Greedy: take the largest first"
    assert "the largest" in choice.content
    assert choice.why.startswith("it's simple: O(n log n)")
    assert choice.flow == ("Read n: the number of values", "Print: the sum")


def test_bullet_points_may_be_one_text_or_look_like_mappings() -> None:
    one = read("self_reflection: |\n  - The goal\n  - The input\n", "self_reflection:\n- ", Reflection)
    assert one.self_reflection == ("The goal", "The input")
    other = read("The goal: find n\n- The input: two integers", "self_reflection:\n- ", Reflection)
    assert other.self_reflection == ("The goal: find n", "The input: two integers")


def test_a_reply_that_was_cut_loses_its_last_lines_only() -> None:
    check("    8\n  output: |\n    YES\n- input: |\n    9\n  output: |\n    NO\n- input: [1, 2",
          (TEST, ExplainedTest("9", "NO")))  # fmt: skip


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "   \n",
        "I cannot do that.",
        "tests: none",
        "tests:\n- [1, 2]\n",
        "tests:\n- input: [1, 2]\n  output: {a: 1}\n",
        "tests:\n- output: YES\n",
        "tests: &a [*a]\n",
    ],
)
def test_what_fits_no_schema_is_refused(reply: str) -> None:
    with pytest.raises(Unreadable):
        read(reply, OPENING.partition("\n")[0] + "\n", WrittenTests)


def test_solutions_are_read_with_what_they_lack() -> None:
    found = read("Sorting\n  content: sort\n- name: Hashing\n", "possible_solutions:\n- name: ", Solutions)
    assert [each.name for each in found.possible_solutions] == ["Sorting", "Hashing"]
