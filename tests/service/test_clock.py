"""A wall clock that is set while a backend works: jobs are timed by another one."""

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from alphacode_sandbox import Judge
from alphacode_server.protocol import BudgetBody, JobCompleted, SamplingBody, SolveRequest
from alphacode_server.protocol.encoding import to_json
from alphacode_server.samplers import open_sampler
from alphacode_server.service import JobPolicy, Jobs, Services
from alphacode_server.service.access import Caller
from alphacode_server.service.errors import Refusal
from alphacode_server.service.quotas import Ledger
from alphacode_server.service.search import search
from alphacode_server.service.store import MemoryStore, Quotas, open_store
from tests.service.conftest import Gated, at_once

pytestmark = pytest.mark.asyncio(loop_scope="session")

YEAR_S = 365 * 24 * 3600.0

InProcess = Callable[[Services], httpx.AsyncClient]
MakeServices = Callable[..., Services]
SetClock = Callable[[float], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set the wall clock ahead by so many seconds, or back."""
    now = time.time
    return lambda ahead_s: monkeypatch.setattr(time, "time", lambda: now() + ahead_s)


@pytest.mark.parametrize("ahead_s", [YEAR_S, -YEAR_S])
async def test_a_search_goes_on_when_the_clock_is_set(
    services: MakeServices,
    judge: Judge,
    request_body: SolveRequest,
    set_clock: SetClock,
    ahead_s: float,
    tmp_path: Path,
) -> None:
    recording = tmp_path / "recording.jsonl"
    programs = [f"print(int(input()) + 1 + {number} * 0)" for number in range(40)]
    recording.write_text("\n".join(json.dumps({"language": "python", "code": code}) for code in programs))
    sampler = await open_sampler(f"replay:{recording}", rate=40)
    made = services(partial(search, sampler=sampler, judge=judge))
    sampling = SamplingBody(40, early_stop=False)
    request = SolveRequest(request_body.problem, "python", sampling, budget=BudgetBody(wall_ms=60_000))
    job, _ = await made.jobs.submit(request, "test-model", "request-1")
    async for _ in job.follow(0):
        if job.counts.sampled >= 10:
            set_clock(ahead_s)
    assert isinstance(job.last_event, JobCompleted)
    assert job.counts.sampled == 40
    assert 0.5 < job.last_event.result.timings["total"] < 30
    assert made.jobs.get(job.id) is job


@pytest.mark.parametrize("ahead_s", [YEAR_S, -YEAR_S])
async def test_neither_a_jobs_grace_nor_the_memory_of_it_follows_the_clock(
    services: MakeServices,
    in_process: InProcess,
    gated: Gated,
    request_body: SolveRequest,
    set_clock: SetClock,
    ahead_s: float,
) -> None:
    made = services(gated, JobPolicy(keep_s=3600))
    http = in_process(made)
    job_id = (await http.post("/v1/jobs", json=to_json(request_body))).json()["job"]
    await gated.half_way.wait()
    set_clock(ahead_s)
    await asyncio.sleep(0.05)
    assert (await http.get(f"/v1/jobs/{job_id}")).json()["status"] == "running"
    gated.gate.set()
    await made.jobs.get(job_id).over.wait()
    set_clock(0)
    assert (await http.get(f"/v1/jobs/{job_id}")).json()["status"] == "completed"


async def test_a_job_that_seems_to_have_ended_in_the_future_is_remembered_for_as_long_as_any(
    request_body: SolveRequest, set_clock: SetClock, tmp_path: Path
) -> None:
    store = await open_store(str(tmp_path / "jobs.db"))
    set_clock(YEAR_S)
    job, _ = await Jobs(at_once, store=store).submit(request_body, "test-model", "request-1")
    await job.over.wait()
    await store.aclose()
    set_clock(0)
    store = await open_store(str(tmp_path / "jobs.db"))
    restarted = Jobs(at_once, store=store)
    await restarted.restore()
    assert restarted.get(job.id).status == "completed"
    await store.aclose()


async def test_what_was_used_counts_on_its_own_day(set_clock: SetClock) -> None:
    ledger = Ledger(MemoryStore())
    anna = Caller("anna", ("solve",), Quotas(max_samples_per_day=100))
    ledger.note("anna", 100, 0.0)
    with pytest.raises(Refusal, match="0 of 100 samples are left"):
        ledger.check_samples(anna, 1, 0)
    set_clock(YEAR_S)
    ledger.check_samples(anna, 100, 0)
