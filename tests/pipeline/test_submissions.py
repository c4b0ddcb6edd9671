"""What was handed in stays handed in, whatever the selector thinks of it later."""

from alphacode_server.pipeline.submissions import submissions
from alphacode_server.selection import SELECTORS, Group

FIRST, SECOND = Group(2.0, (0, 3), (1, 1)), Group(1.0, (1,), (1,))


def test_what_was_handed_in_comes_first() -> None:
    chosen = submissions((FIRST, SECOND), 3, (1,), SELECTORS["size"], seed=0)
    assert chosen[0] == (SECOND, 1)
    assert {row for _, row in chosen} == {0, 1, 3}


def test_a_program_that_the_selector_lists_no_longer_keeps_its_rank() -> None:
    chosen = submissions((FIRST, SECOND), 2, (7,), SELECTORS["ours"], seed=0)
    assert chosen[0][1] == 7
    assert chosen[0][0].probability is None
    assert chosen[1][0] is FIRST
