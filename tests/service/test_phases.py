"""A job that is cancelled in each phase of its search, in a backend of its own that goes on afterwards."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from alphacode_server.protocol import (
    TERMINAL,
    ExampleBody,
    JobCancelled,
    JobCompleted,
    JobQueued,
    PhaseProgress,
    ProblemBody,
    SamplingBody,
    SolveRequest,
)
from alphacode_server.protocol.client import BackendClient
from tests.processes import runs_below, until
from tests.service.processes import Backend, backend, recording

pytestmark = pytest.mark.asyncio(loop_scope="session")

REQUEST = SolveRequest(
    ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),)),
    language="python",
    sampling=SamplingBody(n=6, early_stop=False),
    detach=True,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Backend]:
    folder: Path = tmp_path_factory.mktemp("phases")
    sampler = recording(folder / "recording.jsonl", [f"x = {number}\nprint(int(input()) + 1)" for number in range(6)])
    async with backend(
        "--store", str(folder / "jobs.db"), "--sampler", sampler, "--replay-rate", "20", "--max-running", "1"
    ) as running:
        yield running


@pytest.mark.parametrize("phase", ["queued", "sample", "generate_inputs", "cluster", "score", "completed"])
async def test_a_job_can_be_cancelled_in_every_phase(running: Backend, phase: str) -> None:
    async with BackendClient(running.url) as client:
        before = await client.submit(REQUEST) if phase == "queued" else None
        job = await client.submit(REQUEST)
        async with aclosing(client.events(job)) as events:
            async for seen, event in events:  # noqa: B007
                now = event.name if isinstance(event, PhaseProgress) else event.TYPE.removeprefix("job.")
                if now == phase or isinstance(event, TERMINAL):
                    break
        snapshot = await client.cancel(job)
        rest = [event async for _, event in client.events(job, seen)]
        last = rest[-1] if rest else event
        assert isinstance(last, JobCancelled if snapshot.status == "cancelled" else JobCompleted)
        assert [isinstance(event, TERMINAL) for event in rest].count(True) == (0 if isinstance(event, TERMINAL) else 1)
        if phase in ("queued", "sample"):
            assert last == JobCancelled("client", snapshot.candidates)
        assert await client.job(job) == snapshot
        if before:
            assert isinstance(event, JobQueued)
            await client.cancel(before)
        await until(lambda: not runs_below(running.process.pid))
