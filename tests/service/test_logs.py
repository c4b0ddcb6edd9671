"""What a backend logs: enough to follow a job, and nothing of what was asked or written."""

import json
import os
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from alphacode_server.protocol import ExampleBody, JobCompleted, ProblemBody, SolveRequest
from alphacode_server.protocol.client import BackendClient
from tests.service.processes import Backend, backend, recording

pytestmark = pytest.mark.asyncio(loop_scope="session")

REQUEST = SolveRequest(
    ProblemBody("Xylophone", "Print the quagmire that comes after n.", (ExampleBody("7919\n", "7920\n"),)),
    language="python",
)
SECRET = ("Xylophone", "quagmire", "7919", "zeugma")


async def solved(running: Backend, token: str | None = None) -> str:
    """The job's id, once it is over."""
    async with BackendClient(running.url, token=token) as client:
        job = await client.submit(REQUEST)
        async with aclosing(client.events(job)) as events:
            async for _, event in events:
                last = event
    assert isinstance(last, JobCompleted)
    return job


def made(store: str) -> str:
    """A token of anna's."""
    command = [sys.executable, "-P", "-m", "alphacode_server.cli", "token", "new", "anna", "--store", store]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


async def test_a_job_in_json(tmp_path: Path) -> None:
    store = str(tmp_path / "backend.db")
    token = made(store)
    programs = ["zeugma = int(input())\nprint(zeugma + 1)", "zeugma = int(input())\nprint(zeugma)"]
    arguments = ("--sampler", recording(tmp_path / "recording.jsonl", programs), "--store", store)
    async with backend(*arguments, "--log-format", "json", "--log-level", "info") as running:
        job = await solved(running, token)
        async with httpx.AsyncClient() as http:
            refused = await http.get(f"{running.url}/v1/info?zeugma", headers={"X-Request-Id": "the-refused-one"})
        assert refused.status_code == 401
        said = await running.end()
    assert not [word for word in SECRET if word in said]
    lines = [json.loads(line) for line in said.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    began, ended = [line for line in lines if line.get("job") == job]
    assert (began["token"], began["samples"], began["level"]) == ("anna", 128, "info")
    assert began["request"] == ended["request"]
    assert (ended["status"], ended["samples"], ended["passing"]) == ("completed", 2, 1)
    assert ended["seconds"] > 0
    (refusal,) = [line for line in lines if line.get("request") == "the-refused-one"]
    assert (refusal["status"], "/v1/info" in refusal["message"]) == (401, True)


async def test_a_job_in_words(tmp_path: Path) -> None:
    programs = ["zeugma = int(input())\nprint(zeugma + 1)", "import zeugma"]
    arguments = ("--sampler", recording(tmp_path / "recording.jsonl", programs), "--store", "none")
    async with backend(*arguments, "--log-level", "debug") as running:
        job = await solved(running)
        said = await running.end()
    assert not [word for word in SECRET if word in said]
    assert f"INFO: job {job} is taken on for anybody" in said
    assert f"INFO: job {job} is completed after" in said
    assert "DEBUG: POST '/v1/jobs': 202" in said


async def test_warnings_alone(tmp_path: Path) -> None:
    arguments = ("--sampler", recording(tmp_path / "recording.jsonl", ["print(1)"]), "--store", "none")
    async with backend(*arguments, environment={**os.environ, "ALPHACODE_SERVE_LOG_LEVEL": "warning"}) as running:
        await solved(running)
        assert await running.end() == ""
