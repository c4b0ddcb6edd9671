"""Written tests are columns of the matrix and votes there, by their weight."""

import pytest

from alphacode_sandbox import Judgement, Program, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.written_tests import with_written_tests, written_inputs
from alphacode_server.protocol import ThoughtsBody, WrittenTest
from alphacode_server.selection import output_hash, trust_in

YES, NO = output_hash("YES"), output_hash("NO")


def candidate(flow: int, *tests: WrittenTest) -> Candidate:
    sample = Sample(Program("python", f"print({flow})"), "model", thoughts=ThoughtsBody(flow, tests=tests))
    return Candidate(str(flow), sample, Judgement(Verdict.AC, "", ()))


def test_tests_of_all_flows_vote_by_their_weight() -> None:
    right, wrong = WrittenTest("8\n", "YES\n", 0.75), WrittenTest("8\n", "NO\n", 0.25)
    other = WrittenTest("9\n", "NO\n", 0.5)
    candidates = [candidate(1, right), candidate(2, right, other), candidate(2, right, other), candidate(3, wrong)]
    assert written_inputs(candidates) == ("8\n", "9\n")
    inputs = ("1\n", "8\n", "9\n")
    assert with_written_tests((), inputs, candidates) == ({}, {YES: 1.5, NO: 0.25}, {NO: 0.5})
    assert with_written_tests(({NO: 1.0}, {YES: 1.0}, {}), inputs, candidates)[:2] == ({NO: 1.0}, {YES: 2.5, NO: 0.25})


def test_without_flows_the_votes_are_what_they_were() -> None:
    plain = Candidate("1", Sample(Program("python", "print()"), "model"), Judgement(Verdict.AC, "", ()))
    assert written_inputs([plain]) == ()
    assert with_written_tests((), ("1\n",), [plain]) == ()
    assert with_written_tests(({YES: 1.0},), ("1\n",), [plain]) == ({YES: 1.0},)


def test_a_test_is_believed_as_far_as_the_votes_agree() -> None:
    assert trust_in(YES, {}) == 0.5
    assert trust_in(YES, {YES: 2.0}) == pytest.approx(0.75)
    assert trust_in(YES, {NO: 2.0}) == pytest.approx(0.25)
    assert trust_in(YES, {YES: 1.0, NO: 1.0}) == pytest.approx(0.5)
