"""A backend that is killed, or stopped, and started again on the same store."""

import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from alphacode_server.protocol import (
    TERMINAL,
    ExampleBody,
    JobAccepted,
    JobCompleted,
    JobEvent,
    JobQueued,
    PhaseProgress,
    ProblemBody,
    SamplingBody,
    SolveRequest,
)
from alphacode_server.protocol.client import BackendClient
from tests.service.processes import Backend, backend, recording

pytestmark = pytest.mark.asyncio(loop_scope="session")

N = 60
PROGRAMS = ["print(int(input()) + 1)", *(f"print({number})" for number in range(100, 99 + N))]
REQUEST = SolveRequest(
    ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),)),
    language="python",
    sampling=SamplingBody(n=N),
    detach=True,
)


@pytest.fixture
def arguments(tmp_path: Path, spec: str) -> tuple[str, ...]:
    sampler = recording(tmp_path / "recording.jsonl", PROGRAMS)
    return ("--store", spec, "--sampler", sampler, "--replay-rate", "20", "--max-running", "1")


def drawn(event: JobEvent) -> int:
    return event.counts.sampled if isinstance(event, PhaseProgress) else 0


async def to_the_middle(events: AsyncGenerator[tuple[int, JobEvent], None]) -> list[tuple[int, JobEvent]]:
    """The events up to one that tells of twenty samples."""
    seen = []
    async for numbered in events:
        seen.append(numbered)
        if drawn(numbered[1]) >= 20:
            return seen
    raise AssertionError(f"the job ended early: {seen[-1]}")


def check_complete(seen: list[tuple[int, JobEvent]]) -> None:
    """Every event once and in order, one terminal one at the end, and as many samples as were asked for."""
    assert [number for number, _ in seen] == list(range(1, len(seen) + 1))
    assert [isinstance(event, TERMINAL) for _, event in seen] == [False] * (len(seen) - 1) + [True]
    completed = seen[-1][1]
    assert isinstance(completed, JobCompleted)
    assert (completed.result.counts.sampled, completed.result.counts.distinct) == (N, N)
    assert completed.result.candidates[0].code == PROGRAMS[0]


async def restart(running: Backend, number: signal.Signals) -> None:
    said = await running.end(number)
    assert "Traceback" not in said
    await running.start()


@pytest.mark.parametrize(
    ("spec", "number"),
    [("sqlite", signal.SIGKILL), ("sqlite", signal.SIGTERM), ("postgres", signal.SIGKILL)],
    indirect=["spec"],
)
async def test_a_running_job_goes_on_and_so_does_the_one_behind_it(
    arguments: tuple[str, ...], number: signal.Signals
) -> None:
    async with backend(*arguments) as running, BackendClient(running.url) as client:
        job = await client.submit(REQUEST, "key-1")
        behind = await client.submit(replace(REQUEST, sampling=SamplingBody(n=1)), "key-2")
        async with aclosing(client.events(job)) as events:
            seen = await to_the_middle(events)
            await restart(running, number)
            # The client connects again by itself, with the id of the last event it has seen.
            seen += [numbered async for numbered in events]
        check_complete(seen)
        assert [type(event) for _, event in seen].count(JobAccepted) == 1
        later = [event async for _, event in client.events(behind)]
        assert (type(later[0]), type(later[1]), type(later[-1])) == (JobAccepted, JobQueued, JobCompleted)
        assert await client.submit(REQUEST, "key-1") == job


@pytest.mark.parametrize("spec", ["sqlite"], indirect=True)
async def test_what_was_drawn_is_not_drawn_again(arguments: tuple[str, ...], tmp_path: Path) -> None:
    async with backend(*arguments) as running, BackendClient(running.url) as client:
        job = await client.submit(REQUEST)
        async with aclosing(client.events(job)) as events:
            seen = await to_the_middle(events)
            await running.kill()
            # Whoever draws the first samples once more finds others, and none that is right.
            recording(tmp_path / "recording.jsonl", [*(f"print(-{number})" for number in range(1, 16)), *PROGRAMS[15:]])
            await running.start()
            seen += [numbered async for numbered in events]
    check_complete(seen)


@pytest.mark.parametrize("spec", ["sqlite"], indirect=True)
async def test_an_ended_job_is_shown_as_it_was(arguments: tuple[str, ...]) -> None:
    async with backend(*arguments) as running, BackendClient(running.url) as client:
        request = replace(REQUEST, sampling=SamplingBody(n=3, seed=7))
        job = await client.submit(request, "key")
        seen = [numbered async for numbered in client.events(job)]
        snapshot = await client.job(job)
        await restart(running, signal.SIGKILL)
        assert await client.job(job) == snapshot
        assert [numbered async for numbered in client.events(job)] == seen
        assert [numbered async for numbered in client.events(job, after=seen[-2][0])] == seen[-1:]
        assert [numbered async for numbered in client.events(job, after=seen[-1][0])] == []
        assert await client.submit(request, "key") == job
        assert (await client.cancel(job)).status == "completed"


@pytest.mark.parametrize("spec", ["sqlite"], indirect=True)
async def test_a_job_that_nobody_comes_back_for_is_given_up(arguments: tuple[str, ...]) -> None:
    async with backend(*arguments) as running, BackendClient(running.url) as client:
        job = await client.submit(replace(REQUEST, detach=False, grace_ms=1))
        async with aclosing(client.events(job)) as events:
            await to_the_middle(events)
            await running.kill()
        await running.start()
        # Asking counts as interest, which lasts for the grace period.
        assert (await client.job(job)).status in ("running", "cancelled")
        assert [event.by async for _, event in client.events(job) if isinstance(event, TERMINAL)] == ["disconnect"]


@pytest.mark.parametrize("spec", ["sqlite"], indirect=True)
async def test_two_backends_want_one_store(arguments: tuple[str, ...]) -> None:
    async with backend(*arguments):
        with pytest.raises(AssertionError, match="in use by another backend; stop that one"):
            await Backend(*arguments).start()


@pytest.mark.parametrize("spec", ["sqlite"], indirect=True)
async def test_a_client_that_comes_back_ten_times_misses_nothing(arguments: tuple[str, ...]) -> None:
    async with backend(*arguments) as running:
        seen: list[tuple[int, JobEvent]] = []
        async with BackendClient(running.url) as client:
            job = await client.submit(REQUEST)
        for _ in range(10):
            async with BackendClient(running.url) as client, aclosing(client.events(job, len(seen))) as events:
                seen += [await anext(events), await anext(events)]
        async with BackendClient(running.url) as client:
            seen += [numbered async for numbered in client.events(job, len(seen))]
    check_complete(seen)
