"""What Prometheus reads of a backend that works."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from alphacode_sandbox import Judge
from alphacode_server.protocol import SolveRequest
from alphacode_server.protocol.encoding import to_json
from alphacode_server.samplers import open_sampler
from alphacode_server.service import Services
from alphacode_server.service.search import search
from tests.service.conftest import Gated

pytestmark = pytest.mark.asyncio(loop_scope="session")

InProcess = Callable[[Services], httpx.AsyncClient]
MakeServices = Callable[..., Services]


async def scraped(http: httpx.AsyncClient) -> dict[str, float]:
    """Every value, under its name and the value of its label, as Prometheus' own client reads them."""
    response = await http.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


async def test_a_job_and_a_judgement_are_counted(
    services: MakeServices, in_process: InProcess, judge: Judge, request_body: SolveRequest, tmp_path: Path
) -> None:
    recording = tmp_path / "recording.jsonl"
    codes = ["print(int(input()) + 1)", "print(int(input()) + 1)", "print(0)"]
    recording.write_text(
        "\n".join(json.dumps({"language": "python", "code": code, "n_tokens": 10}) for code in codes), encoding="utf-8"
    )
    sampler = await open_sampler(f"replay:{recording}")
    http = in_process(services(partial(search, sampler=sampler, judge=judge)))

    await http.post("/v1/jobs", json=to_json(request_body), headers={"Accept": "text/event-stream"})
    after_job = await scraped(http)
    assert after_job["alphacode_jobs_total completed"] == 1
    outcomes = ("sampled", "distinct", "compiled", "passing")
    assert [after_job[f"alphacode_samples_total {outcome}"] for outcome in outcomes] == [3, 2, 2, 2]
    assert (after_job["alphacode_drawn_total"], after_job["alphacode_tokens_total"]) == (3, 30)
    assert after_job["alphacode_clusters_total"] == 1
    assert after_job["alphacode_phase_seconds_total sample"] > 0
    assert after_job["alphacode_sandbox_seconds_total job"] > 0
    assert after_job["alphacode_sandbox_seconds_total judge"] == 0
    assert (after_job["alphacode_running_jobs"], after_job["alphacode_queued_jobs"]) == (0, 0)
    assert (after_job["alphacode_sandbox_free"], after_job["alphacode_sandbox_waiting"]) == (2, 0)
    assert after_job["alphacode_ready"] == 1
    assert after_job["process_resident_memory_bytes"] > 0

    endless = {"language": "python", "code": "while True: pass", "time_limit_ms": 100}
    await http.post("/v1/judge", json={**endless, "cases": [{"input": "", "output": ""}]})
    after_judging = await scraped(http)
    assert after_judging["alphacode_sandbox_kills_total cpu"] >= 1
    assert after_judging["alphacode_sandbox_seconds_total judge"] > 0
    assert after_judging["alphacode_sandbox_seconds_total job"] == after_job["alphacode_sandbox_seconds_total job"]


async def test_counters_move_while_a_job_runs(
    services: MakeServices, in_process: InProcess, gated: Gated, request_body: SolveRequest
) -> None:
    gated.n_events = 8
    made = services(gated)
    http = in_process(made)
    first = (await http.post("/v1/jobs", json=to_json(request_body))).json()["job"]
    await http.post("/v1/jobs", json=to_json(request_body))
    await gated.half_way.wait()
    running = await scraped(http)
    assert running["alphacode_samples_total sampled"] == 3
    assert (running["alphacode_running_jobs"], running["alphacode_queued_jobs"]) == (1, 1)
    assert "alphacode_jobs_total completed" not in running
    gated.gate.set()
    await made.jobs.get(first).over.wait()
    ended = await scraped(http)
    assert ended["alphacode_jobs_total completed"] == 1
    assert ended["alphacode_samples_total sampled"] >= 4
