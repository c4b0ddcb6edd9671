"""The OpenAPI document against the app: requests that schemathesis makes up, valid ones and invalid ones."""

import asyncio
import os
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from alphacode_server.service.store import open_store
from alphacode_server.service.tokens import DEFAULT_SCOPES, issue
from tests.service.processes import backend, recording

N_EXAMPLES = int(os.environ.get("ALPHACODE_CONTRACT_EXAMPLES", "2"))
"""For each operation, beside those that go through all its fields."""


@pytest.mark.timeout(600 + 10 * N_EXAMPLES)
async def test_what_the_document_says_holds(tmp_path: Path) -> None:
    spec = str(tmp_path / "jobs.db")
    async with aclosing(await open_store(spec)) as store:
        token, record = issue("anna", (*DEFAULT_SCOPES, "metrics"))
        await store.add_token(record)
    sampler = recording(tmp_path / "recording.jsonl", ["print(int(input()) + 1)", "print(2)"])
    async with backend("--sampler", sampler, "--store", spec, "--max-samples", "20") as running:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", "run", f"{running.url}/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--phases", "coverage,fuzzing",
            "--max-examples", str(N_EXAMPLES),
            "--request-timeout", "60", "--no-color",
            # It answers callers on this machine without a token as well.
            "--exclude-path", "/metrics",
            # A schema cannot say all that is refused: a statement of blanks, an event id beyond the last.
            "--exclude-checks", "positive_data_acceptance",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path,
        )  # fmt: skip
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        assert "Traceback" not in await running.end()
