"""Experiments: programs and inputs come in any order, and nothing is run twice."""

import asyncio
import random

from alphacode_sandbox import Judge, Judgement, Limits, Program, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.execution import MAX_SLOW, STEP, Experiment
from alphacode_server.selection import output_hash

# What it prints differs from run to run, so that a second run would be seen.
DICE = "import os\nprint(input(), os.urandom(8).hex())"
ECHO = "print(input())"
IDLE = "import time\ntime.sleep(60)"


def candidate(name: str, code: str, multiplicity: int = 1) -> Candidate:
    return Candidate(name, Sample(Program("python", code), "test"), Judgement(Verdict.AC, "", ()), multiplicity)


async def test_what_has_been_run_is_not_run_again(judge: Judge) -> None:
    experiment, dice = Experiment(judge, Limits()), candidate("dice", DICE)
    await experiment.run([dice], ["1", "2"])
    before = experiment.matrix([dice], ["1", "2"])
    await experiment.run([dice, candidate("echo", ECHO)], ["2", "3", "1"])
    assert experiment.matrix([dice], ["1", "2"]) == before


async def test_programs_and_inputs_that_come_later_fill_one_matrix(judge: Judge) -> None:
    experiment, echo, dice = Experiment(judge, Limits()), candidate("echo", ECHO), candidate("dice", DICE)
    await experiment.run([echo], ["1", "2"])
    await experiment.run([dice, echo], ["2", "3"])
    matrix = experiment.matrix([dice, candidate("echo", ECHO, multiplicity=7)], ["3", "1"])
    assert (matrix.programs, matrix.multiplicities, matrix.inputs) == (("dice", "echo"), (1, 7), ("3", "1"))
    assert matrix.outcome(0, 1) is None
    echoed = [matrix.outcome(1, column) for column in (0, 1)]
    assert [outcome and outcome.output_hash for outcome in echoed] == [output_hash("3"), output_hash("1")]


async def test_a_program_that_is_slow_time_and_again_is_given_up(judge: Judge) -> None:
    experiment, idle = Experiment(judge, Limits(time_s=0.01)), candidate("idle", IDLE)
    inputs = [str(n) for n in range(MAX_SLOW)]
    await experiment.run([idle], inputs)
    more = [str(n) for n in range(2 * STEP)]
    await experiment.run([idle], more)
    matrix = experiment.matrix([idle], more)
    assert [column for column in range(len(more)) if matrix.outcome(0, column)] == list(range(MAX_SLOW))


async def test_cancelling_stops_what_runs_and_keeps_what_has_run(judge: Judge) -> None:
    experiment, echo, idle = Experiment(judge, Limits()), candidate("echo", ECHO), candidate("idle", IDLE)
    done = asyncio.Event()
    running = asyncio.ensure_future(experiment.run([echo, idle], ["1"], lambda row: done.set()))
    await done.wait()
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    matrix = experiment.matrix([echo, idle], ["1"])
    assert [matrix.outcome(row, 0) is None for row in (0, 1)] == [False, True]


async def test_rows_are_in_the_order_of_the_candidates(judge: Judge) -> None:
    experiment = Experiment(judge, Limits())
    candidates = [candidate(str(n), f"print({n})") for n in range(5)]
    await experiment.run(random.Random(0).sample(candidates, 5), [""])
    matrix = experiment.matrix(candidates, [""])
    expected = [output_hash(str(n)) for n in range(5)]
    outcomes = [matrix.outcome(row, 0) for row in range(5)]
    assert [outcome and outcome.output_hash for outcome in outcomes] == expected
