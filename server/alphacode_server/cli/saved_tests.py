"""Tests that flows wrote, as cases of the user's own: they are run, and decide nothing unless they are promoted."""

from collections.abc import Sequence
from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.problem.association import FILES_ON_DISK, stem_of
from alphacode_server.problem.intake import take_in
from alphacode_server.problem.known_cases import normal_form
from alphacode_server.problem.user_cases import add_case
from alphacode_server.protocol import RankedCandidate

MIN_WEIGHT = 0.5
"""What brute force contradicts is not kept."""


def save_tests(statement: Path, candidates: Sequence[RankedCandidate]) -> tuple[Path, ...]:
    """The inputs' files, as `test/custom-1.in` beside the statement. What is known already is not written again.

    Raises OSError.
    """
    source = statement.parent / stem_of(statement)
    known = {normal_form(each.case.input) for each in take_in(source, "", None, FILES_ON_DISK).cases}
    saved = []
    for test in (test for each in candidates if each.thoughts for test in each.thoughts.tests):
        if test.weight >= MIN_WEIGHT and normal_form(test.input) not in known:
            known.add(normal_form(test.input))
            saved.append(add_case(source, Case(test.input, test.output), FILES_ON_DISK).input)
    return tuple(saved)
