"""Tests that flows wrote, as cases of the user's own: they are run, and decide nothing unless they are promoted."""

from collections.abc import Sequence
from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.problem.association import FILES_ON_DISK, stem_of
from alphacode_server.problem.intake import take_in
from alphacode_server.problem.known_cases import normal_form
from alphacode_server.problem.user_cases import add_case
from alphacode_server.protocol import RankedCandidate


def save_tests(statement: Path, candidates: Sequence[RankedCandidate]) -> tuple[Path, ...]:
    """The inputs' files, as `test/custom-1.in` beside the statement; without what is known or brute force contradicts.

    Raises OSError.
    """
    source = statement.parent / stem_of(statement)
    known = {normal_form(each.case.input) for each in take_in(source, "", None, FILES_ON_DISK).cases}
    saved = []
    for test in (test for each in candidates if each.thoughts for test in each.thoughts.tests):
        if not test.is_doubted and normal_form(test.input) not in known:
            known.add(normal_form(test.input))
            saved.append(add_case(source, Case(test.input, test.output), FILES_ON_DISK).input)
    return tuple(saved)
