import asyncio
import json
import logging
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from alphacode_sandbox import SandboxError
from alphacode_server.protocol import (
    TERMINAL,
    BudgetBody,
    CandidatesSnapshot,
    Counts,
    JobAccepted,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobQueued,
    PhaseProgress,
    RankedCandidate,
    SolveEvent,
    SolveRequest,
)
from alphacode_server.protocol.decoding import decode_event
from alphacode_server.samplers import SamplerError
from alphacode_server.service import JobPolicy, Jobs, Services
from alphacode_server.service.errors import Refusal
from alphacode_server.service.job import Job
from alphacode_server.service.journal import Journal
from alphacode_server.service.store import Entry, MemoryStore, Store, open_store

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]


@pytest_asyncio.fixture(loop_scope="session", params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Jobs live the same life wherever they are kept."""
    store = MemoryStore() if request.param == "memory" else await open_store(str(tmp_path / "jobs.db"))
    yield store
    await store.aclose()


class Gated(Protocol):
    """The search of the fixture of this name."""

    gate: asyncio.Event
    half_way: asyncio.Event
    closed: asyncio.Event

    def __call__(self, request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]: ...


async def submit(jobs: Jobs, request: SolveRequest, key: str | None = None) -> Job:
    return (await jobs.submit(request, "test-model", "request-1", key))[0]


def event_of(entry: Entry) -> JobEvent:
    event = decode_event(entry.type, json.loads(entry.data))
    assert event is not None
    return event


async def events_of(job: Job) -> list[JobEvent]:
    """All events of a job that ends: numbered from 1, the last one and no other terminal."""
    entries = [entry async for entry in job.follow(0)]
    assert [entry.id for entry in entries] == list(range(1, len(entries) + 1))
    events = [event_of(entry) for entry in entries]
    assert [isinstance(event, TERMINAL) for event in events] == [False] * (len(events) - 1) + [True]
    return events


async def terminal_of(job: Job) -> JobEvent:
    return (await events_of(job))[-1]


async def test_jobs_wait_their_turn_and_know_their_position(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    jobs = services(gated).jobs
    first, second, third, fourth = [await submit(jobs, request_body) for _ in range(4)]
    await gated.half_way.wait()
    assert [job.status for job in (first, second, third, fourth)] == ["running", "queued", "queued", "queued"]

    await jobs.cancel(second)
    assert (second.status, second.last_event) == ("cancelled", JobCancelled("client"))
    gated.gate.set()
    assert [type(event) for event in (await events_of(first))[:2]] == [JobAccepted, PhaseProgress]
    queued = [event.position for event in await events_of(fourth) if isinstance(event, JobQueued)]
    assert queued == [3, 2, 1]
    assert third.status == "completed"


async def test_the_wait_is_guessed_from_the_jobs_before(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    jobs = services(gated).jobs
    first, second = await submit(jobs, request_body), await submit(jobs, request_body)
    gated.gate.set()
    await first.over.wait()
    await second.over.wait()
    gated.gate.clear()
    await submit(jobs, request_body)
    third, fourth = await submit(jobs, request_body), await submit(jobs, request_body)
    gated.gate.set()
    queued = [
        [event for event in await events_of(job) if isinstance(event, JobQueued)] for job in (second, third, fourth)
    ]
    assert queued[0][0].eta_ms is None
    assert queued[1][0].eta_ms is not None
    assert queued[2][0].eta_ms == pytest.approx(2 * queued[1][0].eta_ms, abs=2)


async def test_a_job_whose_listeners_left_is_cancelled(
    services: MakeServices, request_body: SolveRequest, gated: Gated, candidate: RankedCandidate
) -> None:
    job = await submit(services(gated).jobs, replace(request_body, grace_ms=1))
    async with aclosing(job.follow(0)) as entries:
        async for entry in entries:
            if entry.type == CandidatesSnapshot.TYPE:
                break
    await job.over.wait()
    assert job.last_event == JobCancelled("disconnect", (candidate,))
    await gated.closed.wait()


async def test_a_listener_keeps_a_job_going_although_another_left(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    job = await submit(services(gated).jobs, replace(request_body, grace_ms=1))
    stays = asyncio.create_task(terminal_of(job))
    await gated.half_way.wait()
    async with aclosing(job.follow(0)) as entries:
        await anext(entries)
    asyncio.get_running_loop().call_later(0.05, gated.gate.set)
    assert isinstance(await stays, JobCompleted)


async def test_a_detached_job_needs_no_listener(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    job = await submit(services(gated).jobs, replace(request_body, grace_ms=1, detach=True))
    async with aclosing(job.follow(0)) as entries:
        await anext(entries)
    asyncio.get_running_loop().call_later(0.05, gated.gate.set)
    await job.over.wait()
    assert job.status == "completed"


async def test_a_job_far_over_its_budget_is_ended(
    services: MakeServices, request_body: SolveRequest, gated: Gated, candidate: RankedCandidate
) -> None:
    jobs = services(gated, JobPolicy(overrun_s=0.02)).jobs
    job = await submit(jobs, replace(request_body, budget=BudgetBody(wall_ms=10)))
    assert await terminal_of(job) == JobCancelled("budget", (candidate,))


async def test_cancelling_does_not_wait_for_a_slow_clean_up(
    services: MakeServices, request_body: SolveRequest, candidate: RankedCandidate
) -> None:
    cleaning, cleaned, searches = asyncio.Event(), asyncio.Event(), []

    async def stubborn(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        searches.append(request)
        try:
            yield CandidatesSnapshot((candidate,))
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await cleaned.wait()

    jobs = services(stubborn, JobPolicy(stop_s=0.02)).jobs
    job, waiting = await submit(jobs, request_body), await submit(jobs, request_body)
    async with aclosing(job.follow(1)) as entries:
        await anext(entries)
    async with asyncio.timeout(2):
        await jobs.cancel(job)
    assert job.last_event == JobCancelled("client", (candidate,))
    assert cleaning.is_set()
    # What the job had started may still use the machine, so the next job does not start yet.
    assert (waiting.status, len(searches)) == ("queued", 1)
    cleaned.set()
    async with aclosing(waiting.follow(0)) as entries:
        async for entry in entries:
            if entry.type == CandidatesSnapshot.TYPE:
                break
    assert waiting.status == "running"


async def test_cancelling_twice_or_late_changes_nothing(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    jobs = services(gated).jobs
    job = await submit(jobs, request_body)
    await gated.half_way.wait()
    await asyncio.gather(jobs.cancel(job), jobs.cancel(job))
    n_events = job.last_event_id
    await jobs.cancel(job)
    assert (job.status, job.last_event_id) == ("cancelled", n_events)
    await gated.closed.wait()


async def test_a_job_cancelled_before_it_took_a_step_ends(services: MakeServices, request_body: SolveRequest) -> None:
    jobs = services().jobs
    job = await submit(jobs, request_body)
    await jobs.cancel(job)
    assert await terminal_of(job) == JobCancelled("client")


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (SamplerError("the model file is cut"), "engine", "the model file is cut"),
        (SandboxError("bwrap died"), "sandbox", "bwrap died"),
        (ZeroDivisionError("division by zero"), "internal", "request-1"),
        (None, "internal", "request-1"),
    ],
)
async def test_a_search_that_breaks_fails_its_job_and_no_other(
    services: MakeServices,
    request_body: SolveRequest,
    caplog: pytest.LogCaptureFixture,
    error: Exception | None,
    kind: str,
    message: str,
    candidate: RankedCandidate,
) -> None:
    async def breaking(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        yield CandidatesSnapshot((candidate,))
        if error is not None:
            raise error

    jobs = services(breaking).jobs
    job, next_job = await submit(jobs, request_body), await submit(jobs, request_body)
    failed = await terminal_of(job)
    assert isinstance(failed, JobFailed)
    assert (failed.error.type, failed.error.request_id, failed.candidates) == (kind, "request-1", (candidate,))
    assert message in failed.error.message
    assert [record.levelno for record in caplog.records if job.id in record.getMessage()] == [
        logging.ERROR if kind == "internal" else logging.WARNING
    ]
    assert isinstance(await terminal_of(next_job), JobFailed)


async def test_an_event_that_json_cannot_say_fails_the_job(
    services: MakeServices, request_body: SolveRequest, candidate: RankedCandidate
) -> None:
    async def odd(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        yield PhaseProgress("sample", 1, 1, Counts(), 1)
        yield CandidatesSnapshot((replace(candidate, score=math.nan),))

    failed = await terminal_of(await submit(services(odd).jobs, request_body))
    assert isinstance(failed, JobFailed)
    assert failed.candidates == ()


async def test_too_many_waiting_jobs_are_refused(
    services: MakeServices, request_body: SolveRequest, gated: Gated
) -> None:
    jobs = services(gated, JobPolicy(max_queued=1)).jobs
    await submit(jobs, request_body), await submit(jobs, request_body)
    with pytest.raises(Refusal) as refused:
        await submit(jobs, request_body)
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (429, "queue_full", 30)


@pytest.mark.parametrize("policy", [JobPolicy(keep_jobs=2), JobPolicy(keep_bytes=2500), JobPolicy(keep_s=0)])
async def test_old_jobs_are_forgotten_with_their_keys(
    services: MakeServices, request_body: SolveRequest, policy: JobPolicy
) -> None:
    jobs = services(policy=policy).jobs
    first = await submit(jobs, request_body, "key")
    assert await submit(jobs, request_body, "key") is first
    await events_of(first)
    for _ in range(3):
        await events_of(await submit(jobs, request_body))
    with pytest.raises(Refusal, match="ended too long ago"):
        jobs.get(first.id)
    assert await submit(jobs, request_body, "key") is not first


async def test_a_log_with_a_gap_is_continued_where_the_gap_is(
    services: MakeServices, store: Store, request_body: SolveRequest, gated: Gated
) -> None:
    job = await submit(services(gated).jobs, request_body)
    await gated.half_way.wait()
    kept = (await store.jobs())[0]
    await store.append(job.id, Entry(len(kept.entries) + 2, "phase", "{}", 1.0))

    after = services(gated).jobs
    await after.restore()
    gated.gate.set()
    after.go_on()
    events = await events_of(after.get(job.id))
    assert isinstance(events[-1], JobCompleted)
    assert len(events) > len(kept.entries) + 2
    assert [entry.id for entry in (await store.jobs())[0].entries] == list(range(1, len(events) + 1))


@pytest.mark.parametrize("store", ["memory"], indirect=True)
async def test_closing_ends_every_job(
    services: MakeServices, request_body: SolveRequest, gated: Gated, candidate: RankedCandidate
) -> None:
    jobs = services(gated).jobs
    running, waiting = await submit(jobs, request_body), await submit(jobs, request_body)
    await gated.half_way.wait()
    await jobs.close()
    assert gated.closed.is_set()
    assert running.last_event == JobCancelled("server", (candidate,))
    assert waiting.last_event == JobCancelled("server")
    with pytest.raises(Refusal, match="stopping"):
        await submit(jobs, request_body)
