"""The adaptive loop: inputs that tell programs apart are searched for, within a budget and without a model."""

from alphacode_sandbox import Case, Judge, Judgement, Limits, Program, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline import SolveOptions
from alphacode_server.pipeline.adaptation import Trials, choose_inputs, expected
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.execution import Experiment
from alphacode_server.pipeline.inputs import input_source
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.selection import cluster
from tests.selection.pools import matrix

PROBLEM = Problem("Echo", "Print n.", (Case("8\n", "8\n"),))
ECHO = "print(int(input()))"
RARE = "n = int(input())\nprint(0 if 12 < n < 18 else n)"
OPTIONS = SolveOptions(n_samples=16, n_inputs=3, seed=1)


def candidates(*codes: str) -> list[Candidate]:
    return [Candidate(code, Sample(Program("python", code), "test"), Judgement(Verdict.AC, "", ())) for code in codes]


async def chosen(
    judge: Judge, programs: list[Candidate], trials: Trials, kept: tuple[str, ...] = ()
) -> tuple[str, ...]:
    source = await input_source(PROBLEM, None, judge, OPTIONS, Report(print))
    return await choose_inputs(source, Experiment(judge, Limits()), programs, kept, trials, Report(print))


async def test_the_loop_finds_the_input_on_which_two_programs_differ(judge: Judge) -> None:
    trials = Trials(n_inputs=20, cpu_s=60, clock=Clock(None))
    inputs = await chosen(judge, candidates(ECHO, RARE), trials)
    assert int(inputs[0]) in range(13, 18)
    assert len(inputs) == 20


async def test_an_input_that_splits_takes_the_place_of_one_that_does_not(judge: Judge) -> None:
    trials = Trials(n_inputs=2, cpu_s=60, clock=Clock(None))
    kept = ("1\n", "13\n")
    inputs = await chosen(judge, candidates(ECHO, RARE, "print(int(input()) + 1 - 1 if 0 else 8)"), trials, kept)
    assert len(inputs) == 2
    assert "13\n" in inputs


async def test_programs_that_never_differ_end_the_search(judge: Judge) -> None:
    same = candidates(ECHO, "n = int(input())\nprint(n)")
    trials = Trials(n_inputs=5, cpu_s=60, clock=Clock(None))
    assert len(await chosen(judge, same, trials)) == 5


async def test_without_time_left_what_was_kept_stays(judge: Judge) -> None:
    over = Clock(budget_s=1e-9)
    assert await chosen(judge, candidates(ECHO, RARE), Trials(5, 60, over), ("7\n",)) == ("7\n",)
    assert await chosen(judge, candidates(ECHO, RARE), Trials(5, 0, Clock(None)), ("7\n",)) == ("7\n",)


async def test_without_time_there_is_one_batch_to_begin_with(judge: Judge) -> None:
    assert len(await chosen(judge, candidates(ECHO, RARE), Trials(5, 60, Clock(budget_s=1e-9)))) == 5


async def test_every_chosen_input_has_been_run(judge: Judge) -> None:
    programs, experiment = candidates(ECHO, RARE, "print(8)"), Experiment(judge, Limits())
    source = await input_source(PROBLEM, None, judge, OPTIONS, Report(print))
    inputs = await choose_inputs(source, experiment, programs, (), Trials(40, 60, Clock(None)), Report(print))
    matrix = experiment.matrix(programs, inputs)
    assert len(cluster(matrix)) == 3
    assert all(matrix.outcome(row, column) for row in range(3) for column in range(40))


def test_an_input_on_which_many_programs_crash_is_none_that_the_statement_allows() -> None:
    m = matrix("xy!xT", "xy!xT", "x!!-T", "xy!xT", "xyz-x", "xyzyx")
    assert expected(m) == ("0", "1", "3", "4")


def test_one_program_may_crash_however_few_there_are() -> None:
    m = matrix("x!", "xy")
    assert expected(m) == m.inputs


def test_where_programs_crash_on_every_input_all_are_kept() -> None:
    m = matrix("!!", "!!", "!!")
    assert expected(m) == m.inputs
