"""Brute force: which programs are believed, and where they vote."""

from alphacode_sandbox import Case, Judge
from alphacode_server.pipeline import SolveOptions
from alphacode_server.pipeline.brute_force import MAX_CHARS, brute_force_votes
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.selection import output_hash
from tests.pipeline.scripted import BRUTE_FORCE, ScriptedModel

PROBLEM = Problem("Double", "Print 2n.", (Case("2\n", "4\n"),))
ADDS = "n = int(input())\nprint(n + n)"
COUNTS = "n = int(input())\ntotal = 0\nfor _ in range(n):\n    total += 2\nprint(total)"
SQUARES = "n = int(input())\nprint(n * n)"
WRONG = "print(0)"
NEVER_ENDS = "n = int(input())\nwhile n > 5: pass\nprint(2 * n)"


async def votes(judge: Judge, inputs: list[str], *codes: str, n_samples: int = 1000) -> tuple[dict[str, float], ...]:
    model, options = ScriptedModel({BRUTE_FORCE: codes}), SolveOptions(n_samples=n_samples)
    cast = await brute_force_votes(PROBLEM, inputs, model, judge, options, Report(print))
    return tuple(dict(each) for each in cast)


async def test_those_that_pass_the_examples_and_agree_vote(judge: Judge) -> None:
    cast = await votes(judge, ["3\n", "5\n"], ADDS, COUNTS, SQUARES, WRONG)
    assert [max(each, key=lambda text: each[text]) for each in cast] == [output_hash("6"), output_hash("10")]
    assert all(output_hash("0") not in each for each in cast)


async def test_one_that_runs_out_of_time_casts_no_vote_there(judge: Judge) -> None:
    cast = await votes(judge, ["3\n", "9\n"], ADDS, COUNTS, NEVER_ENDS)
    assert cast == ({output_hash("6"): 3.0}, {output_hash("18"): 2.0})


async def test_long_inputs_are_not_voted_on(judge: Judge) -> None:
    cast = await votes(judge, ["3\n", "3" + " " * MAX_CHARS], ADDS, COUNTS)
    assert cast == ({output_hash("6"): 2.0}, {})


async def test_the_same_program_twice_is_one_and_one_alone_is_not_heard(judge: Judge) -> None:
    assert await votes(judge, ["3\n"], ADDS, ADDS + "  # once more") == ()


async def test_small_searches_do_without(judge: Judge) -> None:
    assert await votes(judge, ["3\n"], ADDS, COUNTS, n_samples=63) == ()
    assert await votes(judge, ["3\n"], ADDS, COUNTS, n_samples=64) != ()


async def test_without_a_model_or_examples_nobody_votes(judge: Judge) -> None:
    options = SolveOptions(n_samples=1000)
    assert await brute_force_votes(PROBLEM, ["3\n"], None, judge, options, Report(print)) == ()
    model = ScriptedModel({BRUTE_FORCE: [ADDS, COUNTS]})
    blind = Problem("Double", "Print 2n.")
    assert await brute_force_votes(blind, ["3\n"], model, judge, options, Report(print)) == ()
    assert model.asked == []
