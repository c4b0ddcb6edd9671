"""Streams over a real connection: dropped, resumed, silent, abandoned."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from typing import Protocol

import httpx
import pytest

from alphacode_server.protocol import (
    TERMINAL,
    CandidatesSnapshot,
    Counts,
    JobAccepted,
    JobCancelled,
    JobCompleted,
    JobEvent,
    PhaseProgress,
    RankedCandidate,
    SolveEvent,
    SolveRequest,
)
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.errors import BackendUnavailable, JobLost
from alphacode_server.protocol.patience import Patience
from alphacode_server.service import Services
from alphacode_server.service.journal import Journal

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]
Listen = Callable[[Services], Awaitable[str]]
HASTY = Patience(first_wait_s=0.005, longest_wait_s=0.01)


class Gated(Protocol):
    """The search of the fixture of this name."""

    gate: asyncio.Event
    half_way: asyncio.Event
    closed: asyncio.Event

    def __call__(self, request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]: ...


class Cutter(Protocol):
    """The proxy of the fixture of this name."""

    n_bytes: int
    connections: asyncio.Semaphore

    async def put_before(self, url: str) -> str: ...


async def many(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
    for done in range(60):
        yield PhaseProgress("sample", done, 60, Counts(sampled=done), done)
        await asyncio.sleep(0)
    raise AssertionError("the test stops before")


@pytest.mark.parametrize("n_bytes", [900, 1111, 4000])
async def test_a_dropped_stream_is_resumed_with_no_event_lost_or_repeated(
    services: MakeServices, listening: Listen, cutter: Cutter, request_body: SolveRequest, n_bytes: int
) -> None:
    url = await listening(services(many))
    async with BackendClient(url) as direct, BackendClient(await cutter.put_before(url), patience=HASTY) as client:
        job = await direct.submit(request_body)
        cutter.n_bytes = n_bytes
        seen = [numbered async for numbered in client.events(job)]
    assert [number for number, _ in seen] == list(range(1, 63))
    assert [event.done for _, event in seen if isinstance(event, PhaseProgress)] == list(range(60))
    assert isinstance(seen[-1][1], TERMINAL)
    await cutter.connections.acquire()
    assert not cutter.connections.locked(), "the stream was never dropped"


async def test_a_stream_that_is_always_dropped_is_given_up(
    services: MakeServices, listening: Listen, cutter: Cutter, request_body: SolveRequest
) -> None:
    url = await listening(services(many))
    patience = replace(HASTY, reconnect_s=0.1)
    async with BackendClient(url) as direct, BackendClient(await cutter.put_before(url), patience=patience) as client:
        job = await direct.submit(request_body)
        cutter.n_bytes = 400
        with pytest.raises(BackendUnavailable, match="again and again"):
            await _collect(client, job, 0)


async def test_a_silent_stream_counts_as_dropped(
    services: MakeServices, listening: Listen, cutter: Cutter, gated: Gated, request_body: SolveRequest
) -> None:
    url = await listening(services(gated))
    async with (
        BackendClient(url) as direct,
        BackendClient(await cutter.put_before(url), patience=replace(HASTY, silence_s=0.1)) as client,
    ):
        job = await direct.submit(request_body)
        stream = asyncio.create_task(_collect(client, job, 0))
        for _ in range(3):
            await cutter.connections.acquire()
        gated.gate.set()
        assert await stream == list(range(1, 8))


async def _collect(client: BackendClient, job: str, after: int) -> list[int]:
    return [number async for number, _ in client.events(job, after)]


async def test_two_hundred_clients_follow_one_job(
    services: MakeServices, listening: Listen, gated: Gated, request_body: SolveRequest
) -> None:
    url = await listening(services(gated))
    async with BackendClient(url) as client, AsyncExitStack() as stack:
        job = await client.submit(request_body)
        # Certificates, which nobody needs here, are what takes a client's time to make.
        transports = [httpx.AsyncHTTPTransport(verify=False) for _ in range(200)]
        clients = [await stack.enter_async_context(BackendClient(url, transport=each)) for each in transports]
        followers = [asyncio.create_task(_collect(each, job, 0)) for each in clients]
        await gated.half_way.wait()
        gated.gate.set()
        assert await asyncio.gather(*followers) == 200 * [list(range(1, 8))]


async def test_a_client_that_does_not_read_holds_nobody_up(
    services: MakeServices, listening: Listen, request_body: SolveRequest, candidate: RankedCandidate
) -> None:
    async def much(request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]:
        for number in range(300):
            yield CandidatesSnapshot((replace(candidate, code=f"# {number} {50_000 * 'x'}"),))
            await asyncio.sleep(0)
        raise AssertionError("the test stops before")

    backend = services(much)
    url = await listening(backend)
    async with BackendClient(url) as client:
        job = await client.submit(request_body)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]), limit=1024)
        writer.write(f"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        # Another one sees the end while most of the events still wait for the first to read them.
        assert (await _collect(client, job, 0))[-1] == backend.jobs.get(job).last_event_id == 302
        text = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert text.count(b"\nevent: candidates") == 300
    assert text.count(b"\nevent: job.failed") == 1


async def test_a_client_that_vanishes_is_waited_for_and_then_not(
    services: MakeServices, listening: Listen, gated: Gated, request_body: SolveRequest
) -> None:
    backend = services(gated)
    url = await listening(backend)
    async with BackendClient(url) as client:
        job = backend.jobs.get(await client.submit(replace(request_body, grace_ms=50)))
        async with aclosing(client.events(job.id)) as events:
            async for _, event in events:
                if isinstance(event, CandidatesSnapshot):
                    break
    await asyncio.wait_for(job.over.wait(), 5)
    assert isinstance(job.last_event, JobCancelled)
    assert job.last_event.by == "disconnect"
    await gated.closed.wait()


async def test_solving_through_the_client_gives_the_searchs_events(
    services: MakeServices, listening: Listen, gated: Gated, request_body: SolveRequest
) -> None:
    gated.gate.set()
    async with BackendClient(await listening(services(gated))) as client:
        events: list[JobEvent] = [event async for event in client.solve(request_body)]
    assert [type(event) for event in events] == [
        JobAccepted,
        PhaseProgress,
        PhaseProgress,
        CandidatesSnapshot,
        PhaseProgress,
        PhaseProgress,
        JobCompleted,
    ]


async def test_leaving_solve_early_cancels_the_job(
    services: MakeServices, listening: Listen, gated: Gated, request_body: SolveRequest
) -> None:
    backend = services(gated)
    async with BackendClient(await listening(backend)) as client:
        async with aclosing(client.solve(request_body)) as events:
            first = await anext(events)
        assert isinstance(first, JobAccepted)
        assert (await client.job(first.job)).status == "cancelled"
    assert backend.jobs.get(first.job).last_event == JobCancelled("client", backend.jobs.get(first.job).candidates)


async def test_cancelling_ends_the_stream_with_what_was_found(
    services: MakeServices, listening: Listen, gated: Gated, request_body: SolveRequest
) -> None:
    async with BackendClient(await listening(services(gated))) as client:
        job = await client.submit(request_body)
        stream = asyncio.create_task(_last_event(client, job))
        await gated.half_way.wait()
        snapshot = await client.cancel(job)
        assert (snapshot.status, len(snapshot.candidates)) == ("cancelled", 1)
        assert await stream == JobCancelled("client", snapshot.candidates)
        assert await client.cancel(job) == snapshot
        # The job's last event has been read, so there is nothing more to wait for.
        assert await _collect(client, job, snapshot.last_event_id) == []


async def _last_event(client: BackendClient, job: str) -> JobEvent:
    return [event async for _, event in client.events(job)][-1]


async def test_a_job_of_an_earlier_process_is_lost(services: MakeServices, listening: Listen) -> None:
    async with BackendClient(await listening(services())) as client:
        for ask in (client.job, client.cancel, lambda job: anext(client.events(job, 7))):
            with pytest.raises(JobLost, match="restarted since; solve again"):
                await ask("abcdef-0123456789abcdef")
