"""The process around the app: its address, its model, its end."""

import asyncio
import json
import re
import signal
import socket
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from alphacode_sandbox import Program
from alphacode_server.candidate import Hand, Sample
from alphacode_server.problem import Problem
from alphacode_server.protocol import (
    CandidatesSnapshot,
    ExampleBody,
    JobCancelled,
    ProblemBody,
    Readiness,
    SolveRequest,
)
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.encoding import to_json
from alphacode_server.protocol.errors import BackendLoading, BackendUnavailable
from alphacode_server.samplers import Sampler, SamplerError, open_sampler
from alphacode_server.service import Listening, ServeError, ServeOptions, serve

pytestmark = pytest.mark.asyncio(loop_scope="session")

REQUEST = SolveRequest(
    ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),)), language="python", grace_ms=3_600_000
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """One program that is right and then, slowly, one that is wrong again and again."""
    programs = ["print(int(input()) + 1)", *1000 * ["print(0)"]]
    path = tmp_path / "recording.jsonl"
    path.write_text("\n".join(json.dumps({"language": "python", "code": code}) for code in programs), encoding="utf-8")
    return path


@asynccontextmanager
async def serving(
    open_model: Callable[[], "asyncio.Future[Sampler]"], on_ready: Callable[[str], None]
) -> AsyncIterator[Listening]:
    listening: asyncio.Future[Listening] = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(serve(ServeOptions(port=0), open_model, listening.set_result, on_ready))
    await asyncio.wait((task, listening), return_when=asyncio.FIRST_COMPLETED)
    try:
        yield listening.result()
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_the_address_answers_while_the_model_loads(recording: Path) -> None:
    loop = asyncio.get_running_loop()
    model: asyncio.Future[Sampler] = loop.create_future()
    ready: asyncio.Future[str] = loop.create_future()
    async with serving(lambda: model, ready.set_result) as listening, BackendClient(listening.url) as client:
        assert (await client.ready()).status == "loading"
        assert (await client.info()).isolation == listening.isolation
        with pytest.raises(BackendLoading):
            await client.submit(REQUEST)
        model.set_result(await open_sampler(f"replay:{recording}"))
        assert await ready == "replay:recording.jsonl"
        assert await client.ready() == Readiness("ready")
        assert (await client.info()).model == "replay:recording.jsonl"
    async with BackendClient(listening.url) as client:
        with pytest.raises(BackendUnavailable):
            await client.health()


async def test_a_model_that_does_not_load_ends_the_process() -> None:
    async def broken() -> Sampler:
        raise SamplerError("the model file is cut; mend it")

    with pytest.raises(SamplerError, match="mend it"):
        await serve(ServeOptions(port=0), broken, lambda _: None, lambda _: None)


async def test_a_model_that_still_loads_is_given_up_at_the_end() -> None:
    given_up = asyncio.Event()

    async def endless() -> Sampler:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        raise AssertionError

    loading = serving(lambda: asyncio.ensure_future(endless()), lambda _: None)
    async with loading as listening, BackendClient(listening.url) as client:
        await client.health()
    assert given_up.is_set()


class Lingering:
    """A sampler whose one sample comes at once, and whose stream takes its time to close."""

    name, language_model, children, hands_at_a_time, n_restarts = "lingering", None, 1, 1, 0
    gpus = ("H100 80GB",)

    def __init__(self) -> None:
        self.is_closing, self.may_close = asyncio.Event(), asyncio.Event()

    def sample(self, problem: Problem, hands: Sequence[Hand]) -> AsyncGenerator[Sample, None]:
        return next(self.streams(problem, hands))

    def streams(self, problem: Problem, hands: Sequence[Hand]) -> Iterator[AsyncGenerator[Sample, None]]:
        return (self._draw() for _ in hands)

    async def _draw(self) -> AsyncGenerator[Sample, None]:
        try:
            yield Sample(Program("python", "print(int(input()) + 1)"), self.name, 0.5, {})
            await asyncio.Event().wait()
        finally:
            self.is_closing.set()
            await self.may_close.wait()

    def learn(self, problem: Problem, finds: Mapping[str, int]) -> None:
        pass

    async def aclose(self) -> None:
        pass


async def test_while_it_stops_it_is_not_ready_and_streams_are_told_to_come_back() -> None:
    sampler = Lingering()
    loop = asyncio.get_running_loop()
    model: asyncio.Future[Sampler] = loop.create_future()
    model.set_result(sampler)
    listening, ready = loop.create_future(), loop.create_future()
    backend = asyncio.ensure_future(serve(ServeOptions(port=0), lambda: model, listening.set_result, ready.set_result))
    url = (await listening).url
    await ready
    async with httpx.AsyncClient(base_url=url) as http, BackendClient(url) as client:
        assert (await http.get("/ready")).status_code == 200
        job = await client.submit(REQUEST)
        async with http.stream("GET", f"/v1/jobs/{job}/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 2000"
            async for line in lines:
                if line == "event: candidates":
                    break
            backend.cancel()
            await sampler.is_closing.wait()
            answer = await http.get("/ready")
            assert (answer.status_code, answer.json()["status"]) == (503, "stopping")
            refusal = await http.post("/v1/jobs", json=to_json(REQUEST))
            assert (refusal.status_code, refusal.json()["error"]["code"]) == (503, "stopping")
            sampler.may_close.set()
            assert [line async for line in lines if line.startswith("event: ")][-1] == "event: job.cancelled"
    await asyncio.wait([backend])
    assert backend.cancelled()


async def test_addresses_that_cannot_be_had() -> None:
    async def never() -> Sampler:
        raise AssertionError("nothing is loaded for an address that cannot be had")

    async def check(options: ServeOptions, words: str) -> None:
        with pytest.raises(ServeError, match=words):
            await serve(options, never, lambda _: None, lambda _: None)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        await check(ServeOptions(port=taken.getsockname()[1]), "is in use; pass another --port")
    await check(ServeOptions(host="0.0.0.0", port=0), "can be reached from other machines")
    await check(ServeOptions(host="::", port=0), "--insecure-no-auth")
    await check(ServeOptions(port=70_000), "between 0 and 65535")
    await check(ServeOptions(host="no-such-host.invalid"), "cannot listen on 'no-such-host.invalid'")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_with_its_jobs(recording: Path, number: signal.Signals) -> None:
    command = ["-P", "-m", "alphacode_server.cli", "serve", "--port", "0", "--store", "none"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        "--sampler",
        f"replay:{recording}",
        "--replay-rate",
        "5",
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        url = (await process.stderr.readline()).decode().split()[-1]
        said = ""
        async for line in process.stderr:
            said += line.decode()
            if b"ready" in line:
                break
        assert re.search(r"sandbox at level L[123], in .*Python", said)
        assert "kept in memory" in said
        assert f"alphacode.backend.url to {url}" in said
        assert f"ssh -N -L 8420:127.0.0.1:{url.rpartition(':')[2]} " in said
        assert said.endswith("ready: replay:recording.jsonl\n")
        async with BackendClient(url) as client:
            job = await client.submit(REQUEST)
            async with aclosing(client.events(job)) as events:
                async for _, event in events:
                    if isinstance(event, CandidatesSnapshot):
                        process.send_signal(number)
                    last = event
        assert isinstance(last, JobCancelled)
        assert (last.by, len(last.candidates)) == ("server", 1)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert b"Traceback" not in await process.stderr.read()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
