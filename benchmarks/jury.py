"""Pools of programs that contest juries wrote, accepted and wrong ones, as recordings: what `selection.py` draws from.

A program is right when its jury accepts it and it passes all of the problem's tests that there are. The others are
wrong, also the `MISSED` ones: these pass every such test, and only the jury, which has more tests, knows better.
"""

import asyncio
from pathlib import Path

from alphacode_sandbox import Judge, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.adaptation import Trials, choose_inputs
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.evidence import evidence_of
from alphacode_server.pipeline.execution import Experiment, execute
from alphacode_server.pipeline.inputs import input_source
from alphacode_server.pipeline.options import SolveOptions
from alphacode_server.pipeline.report import Report
from alphacode_server.problem import Problem
from alphacode_server.problem.folder import ACCEPTED, ProblemFolder, Submission
from alphacode_server.selection import Recording

RIGHT, MISSED, WRONG = "right", "missed", "wrong"
"""How the id of a program begins, which ends with the name of its file."""


async def record(folder: ProblemFolder, judge: Judge) -> Recording:
    """All programs that can be run here, on inputs that a search would choose from the samples alone, without a model.

    Only those that pass the samples have a say in that, as in a search.
    """
    limits = folder.limits
    problem = Problem(
        title=f"{folder.path.parent.name}/{folder.path.name}",
        statement="",
        examples=tuple(each.case for each in folder.cases if each.name.startswith(("samples/", "data/sample/"))),
        time_limit_ms=round(limits.time_s * 1000),
        memory_limit_mb=limits.memory_mb,
    )
    submissions = [each for each in folder.submissions if each.language in judge.languages]
    candidates = await asyncio.gather(*(_candidate(each, folder, problem, judge) for each in submissions))
    survivors = [each for each in candidates if each.judgement.verdict is Verdict.AC]
    options, report, experiment = SolveOptions(), Report(lambda _: None), Experiment(judge, limits)
    source = await input_source(problem, None, judge, options, report)
    trials = Trials.of(options.n_samples, options.n_inputs, Clock(None))
    inputs = await choose_inputs(source, experiment, survivors, (), trials, report)
    matrix = await execute(experiment, candidates, inputs, report)
    correct = tuple(candidate.id.startswith(RIGHT) for candidate in candidates)
    return Recording(problem.title, evidence_of(candidates, matrix, problem, judge.host_factor), correct)


async def _candidate(submission: Submission, folder: ProblemFolder, problem: Problem, judge: Judge) -> Candidate:
    program = submission.program
    judgement = await judge.test(program, problem.examples, folder.limits, folder.checker)
    name = Path(submission.name).relative_to("submissions").as_posix()
    return Candidate(f"{await kind_of(submission, folder, judge)}/{name}", Sample(program, "jury"), judgement)


async def kind_of(submission: Submission, folder: ProblemFolder, judge: Judge) -> str:
    """Judges it on samples and tests."""
    cases = [each.case for each in folder.cases]
    on_all = await judge.test(submission.program, cases, folder.limits, folder.checker, stop_at_first_failure=True)
    if on_all.verdict is not Verdict.AC:
        return WRONG
    return RIGHT if submission.expected == ACCEPTED else MISSED
