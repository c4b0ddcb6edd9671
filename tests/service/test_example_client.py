"""The client of `examples/`, which knows the protocol's page and nothing of ours."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from alphacode_server.cli import main
from tests.service.processes import backend, recording

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLIENT = Path(__file__).resolve().parents[2] / "examples" / "client.py"
RIGHT = "print(int(input()) + 1)"


async def test_it_solves_a_problem_although_the_backend_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "jobs.db")
    request = {
        "problem": {"title": "Next", "statement": "Print n + 1.", "examples": [{"input": "1\n", "output": "2\n"}]},
        "language": "python",
        "sampling": {"n": 30},
    }
    (tmp_path / "request.json").write_text(json.dumps(request))
    sampler = recording(tmp_path / "recording.jsonl", [RIGHT, *(f"print({number})" for number in range(100, 129))])
    assert await asyncio.to_thread(main, ["token", "new", "anna", "--store", store]) == 0
    environment = {**os.environ, "ALPHACODE_TOKEN": capsys.readouterr().out.strip()}
    async with backend("--store", store, "--sampler", sampler, "--replay-rate", "10") as running:
        client = await asyncio.create_subprocess_exec(
            sys.executable, CLIENT, running.url, tmp_path / "request.json",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment,
        )  # fmt: skip
        assert client.stderr
        async for line in client.stderr:
            if line.startswith(b"sample 10/"):
                break
        await running.kill()
        await running.start()
        printed, said = await client.communicate()
    assert (printed.decode(), client.returncode) == (f"{RIGHT}\n", 0), said.decode()
