"""Jobs on the real pipeline: an engine that hangs, a sandbox that is killed, a statement as long as one may be."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from alphacode_sandbox import Judge
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    BudgetBody,
    JobAccepted,
    JobCompleted,
    JobEvent,
    ProblemBody,
    SamplingBody,
    SolveRequest,
)
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.errors import BackendRefused
from alphacode_server.samplers import Sampler, open_sampler
from alphacode_server.samplers.borrowed import BorrowedSampler
from alphacode_server.service import JobPolicy, Services
from alphacode_server.service.guard import MAX_BODY_BYTES
from alphacode_server.service.search import search
from tests.processes import all_cells, children, folder_of, until
from tests.service.processes import recording

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]
Listen = Callable[[Services], Awaitable[str]]

RIGHT = "print(int(input()) + 1)"
SLOW = "import time; time.sleep(0.05); print(int(input()) + 1)"


class Hanging(BorrowedSampler):
    """A sampler whose engine falls silent for a problem, from its third sample on."""

    def __init__(self, sampler: Sampler, title: str) -> None:
        super().__init__(sampler)
        self._title = title

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        for number, stream in enumerate(super().streams(problem, hands)):
            yield _silence() if problem.title == self._title and number >= 2 else stream


async def _silence() -> AsyncGenerator[Sample, None]:
    await asyncio.Event().wait()
    raise AssertionError
    yield


def warming() -> list[int]:
    """Helpers of the sandbox whose interpreter has been started."""
    return [cell for cell in all_cells() if children(cell)]


def running() -> list[int]:
    """Those that run a program in a folder of its own."""
    return [cell for cell in all_cells() if any(folder_of(run) not in (None, "/") for run in children(cell))]


async def solved(client: BackendClient, request: SolveRequest) -> tuple[str, JobCompleted]:
    """The job's id and its end."""
    events: list[JobEvent] = [event async for event in client.solve(request)]
    first, last = events[0], events[-1]
    assert isinstance(first, JobAccepted)
    assert isinstance(last, JobCompleted)
    return first.job, last


@pytest.fixture
def request_for_python(request_body: SolveRequest) -> SolveRequest:
    return replace(request_body, language="python", sampling=SamplingBody(8, seed=1, early_stop=False))


async def test_an_engine_that_hangs_keeps_a_job_from_nothing_but_more_samples(
    services: MakeServices, listening: Listen, judge: Judge, request_for_python: SolveRequest, tmp_path: Path
) -> None:
    sampler = await open_sampler(recording(tmp_path / "recording.jsonl", [RIGHT] * 8))
    hanging = Hanging(sampler, request_for_python.problem.title)
    made = services(partial(search, sampler=hanging, judge=judge), JobPolicy(max_running=2))
    other = replace(request_for_python, problem=replace(request_for_python.problem, title="Another"))
    async with BackendClient(await listening(made)) as client:
        waiting = await client.submit(request_for_python)
        bounded = replace(request_for_python, budget=BudgetBody(wall_ms=1500))
        (_, after_budget), (_, beside) = await asyncio.gather(solved(client, bounded), solved(client, other))
        assert (after_budget.result.counts.sampled, after_budget.result.candidates[0].code) == (2, RIGHT)
        assert beside.result.counts.sampled == 8
        snapshot = await client.cancel(waiting)
        assert (snapshot.status, snapshot.candidates[0].code) == ("cancelled", RIGHT)
    assert made.jobs.n_running == 0


async def test_helpers_of_the_sandbox_that_are_killed_cost_no_job_and_no_verdict(
    services: MakeServices, listening: Listen, judge: Judge, request_for_python: SolveRequest, tmp_path: Path
) -> None:
    programs = [f"{SLOW}  # {number}" for number in range(8)]
    sampler = await open_sampler(recording(tmp_path / "recording.jsonl", programs))
    made = services(partial(search, sampler=sampler, judge=judge))
    async with BackendClient(await listening(made)) as client:
        solving = asyncio.create_task(solved(client, request_for_python))
        for found in (warming, running):
            await until(lambda found=found: bool(found()))  # type: ignore[misc]
            lost = set(found())
            for cell in lost:
                os.kill(cell, signal.SIGKILL)
            await until(lambda lost=lost: not lost & set(all_cells()))  # type: ignore[misc]
        _, completed = await solving
    counts = completed.result.counts
    assert (counts.sampled, counts.passing, counts.clusters) == (8, 8, 1)


async def test_a_statement_as_long_as_a_request_may_be(
    services: MakeServices, listening: Listen, judge: Judge, request_for_python: SolveRequest, tmp_path: Path
) -> None:
    sampler = await open_sampler(recording(tmp_path / "recording.jsonl", [RIGHT] * 8))
    made = services(partial(search, sampler=sampler, judge=judge))
    problem: ProblemBody = request_for_python.problem
    long = replace(request_for_python, problem=replace(problem, statement="word " * (MAX_BODY_BYTES // 5 - 1000)))
    longer = replace(request_for_python, problem=replace(problem, statement="word " * (MAX_BODY_BYTES // 5)))
    async with BackendClient(await listening(made)) as client:
        _, completed = await solved(client, long)
        assert completed.result.candidates[0].code == RIGHT
        with pytest.raises(BackendRefused, match=json.dumps(MAX_BODY_BYTES)):
            await solved(client, longer)
