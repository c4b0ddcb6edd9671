"""Jobs on the real pipeline: a recording, the real sandbox, and programs that must be killed."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from alphacode_sandbox import Judge
from alphacode_server.protocol import (
    BudgetBody,
    ExampleBody,
    JobAccepted,
    JobCancelled,
    JobCompleted,
    JudgeRequest,
    PhaseProgress,
    ProblemBody,
    ReturnBody,
    SamplingBody,
    SolveRequest,
    StageResult,
)
from alphacode_server.protocol.client import BackendClient
from alphacode_server.samplers import open_sampler
from alphacode_server.service import Services
from alphacode_server.service.search import search
from tests.processes import runs_below, until
from tests.strategies.scripted import PROBLEM, SCRIPT, Scripted

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]
Listen = Callable[[Services], Awaitable[str]]

RIGHT = "print(int(input()) + 1)"
WRONG = ("print(1)", "print(int(input()) * 3)", "print(0)", "raise SystemExit(1)")
ENDLESS = "while True:\n    pass"


@pytest.fixture
def recorded(services: MakeServices, judge: Judge, tmp_path: Path) -> Callable[..., Awaitable[Services]]:
    """Services that search with a recording of the given programs."""

    async def record(programs: Sequence[str], rate: float | None = None) -> Services:
        recording = tmp_path / "recording.jsonl"
        lines = [json.dumps({"language": "python", "code": code}) for code in programs]
        recording.write_text("\n".join(lines), encoding="utf-8")
        sampler = await open_sampler(f"replay:{recording}", rate=rate)
        return services(partial(search, sampler=sampler, judge=judge))

    return record


def programs() -> list[int]:
    """What the judge of these tests has running."""
    return runs_below(os.getpid())


async def test_a_solve_over_http_ends_with_ranked_programs(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    request = replace(request_body, language="python", sampling=SamplingBody(n=5, seed=1))
    services = await recorded((RIGHT, *WRONG))
    async with BackendClient(await listening(services)) as client:
        events = [event async for event in client.solve(request)]
        assert isinstance(events[0], JobAccepted)
        assert isinstance(events[-1], JobCompleted)
        snapshot = await client.job(events[0].job)
    result = events[-1].result
    assert result.candidates[0].code == RIGHT
    assert (result.candidates[0].passed, result.candidates[0].total) == (1, 1)
    assert (result.counts.sampled, result.seed) == (5, 1)
    assert services.jobs.get(events[0].job).meter.cpu_s > 0
    assert (snapshot.status, snapshot.candidates, snapshot.counts) == ("completed", result.candidates, result.counts)


async def test_a_client_may_ask_for_another_strategy(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    request = replace(request_body, language="python", strategy="direct", sampling=SamplingBody(n=64, seed=1))
    async with BackendClient(await listening(await recorded([RIGHT] * 64))) as client:
        events = [event async for event in client.solve(request)]
    first, last = events[0], events[-1]
    assert isinstance(first, JobAccepted)
    assert isinstance(last, JobCompleted)
    assert (first.samples, last.result.counts.sampled) == (1, 1)
    assert last.result.cost is not None
    assert last.result.cost.calls == 1


async def test_a_flow_tells_what_its_stages_came_to(services: MakeServices, judge: Judge, listening: Listen) -> None:
    sampler = Scripted(SCRIPT)
    request = SolveRequest(
        ProblemBody.of(PROBLEM), "python", SamplingBody(n=2, seed=1), strategy="alphacodium", return_=ReturnBody(10)
    )
    async with BackendClient(await listening(services(partial(search, sampler=sampler, judge=judge)))) as client:
        events = [event async for event in client.solve(request)]
    last = events[-1]
    assert isinstance(last, JobCompleted)
    stages = [event for event in events if isinstance(event, StageResult)]
    assert {event.flow for event in stages} == {1, 2}
    assert {"self_reflection", "possible_solutions", "initial_code_generation"} <= {event.stage for event in stages}
    best = last.result.candidates[0]
    assert best.thoughts is not None
    assert best.thoughts.reflection
    assert best.thoughts.solution
    phases = [event for event in events if isinstance(event, PhaseProgress) and event.name == "self_reflection"]
    assert [(event.done, event.total) for event in phases] == [(1, 2), (2, 2)]
    assert last.result.cost is not None
    assert last.result.cost.calls >= 10


async def test_a_client_may_ask_for_all_samples(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    async with BackendClient(await listening(await recorded([RIGHT] * 64))) as client:
        for early_stop, n_sampled in ((True, 32), (False, 64)):
            sampling = SamplingBody(n=64, seed=1, early_stop=early_stop)
            request = replace(request_body, language="python", sampling=sampling)
            last = [event async for event in client.solve(request)][-1]
            assert isinstance(last, JobCompleted)
            assert last.result.counts.sampled == n_sampled
            assert last.result.outlook is not None
            assert last.result.outlook.unused == 64 - n_sampled


async def test_a_spent_budget_ends_sampling_and_not_the_job(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    request = replace(request_body, language="python", budget=BudgetBody(wall_ms=700))
    async with BackendClient(await listening(await recorded((RIGHT, *200 * [WRONG[2]]), rate=10))) as client:
        completed = [event async for event in client.solve(request)][-1]
    assert isinstance(completed, JobCompleted)
    assert 0 < completed.result.counts.sampled < 100


async def test_cancelling_while_samples_are_drawn(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    services = await recorded([RIGHT, *200 * [WRONG[2]]], rate=5)
    async with BackendClient(await listening(services)) as client:
        job = await client.submit(replace(request_body, language="python"))
        async with aclosing(client.events(job)) as events:
            async for _, event in events:
                if isinstance(event, PhaseProgress) and event.counts.passing:
                    break
        began = time.monotonic()
        snapshot = await client.cancel(job)
        assert time.monotonic() - began < 2
        assert (snapshot.status, snapshot.candidates[0].code) == ("cancelled", RIGHT)
    assert services.jobs.n_running == 0
    assert not programs()


async def test_cancelling_while_programs_run_kills_them(
    recorded: Callable[..., Awaitable[Services]], listening: Listen, request_body: SolveRequest
) -> None:
    services = await recorded([f"{ENDLESS}  # {number}" for number in range(20)])
    problem = replace(request_body.problem, time_limit_ms=60_000)
    async with BackendClient(await listening(services)) as client:
        job = await client.submit(replace(request_body, problem=problem, language="python"))
        await until(lambda: len(programs()) > 0)
        began = time.monotonic()
        snapshot = await client.cancel(job)
        await until(lambda: not programs())
        assert time.monotonic() - began < 2
    assert snapshot.status == "cancelled"
    assert services.jobs.get(job).last_event == JobCancelled("client", snapshot.candidates)


async def test_a_judge_request_whose_client_leaves_is_stopped(
    recorded: Callable[..., Awaitable[Services]], listening: Listen
) -> None:
    request = JudgeRequest("python", ENDLESS, (ExampleBody("1\n", "2\n"),), time_limit_ms=60_000)
    async with BackendClient(await listening(await recorded([RIGHT]))) as client:
        asking = asyncio.create_task(client.judge(request))
        await until(lambda: len(programs()) > 0)
        asking.cancel()
        await asyncio.wait([asking])
        began = time.monotonic()
        await until(lambda: not programs())
        assert time.monotonic() - began < 2
