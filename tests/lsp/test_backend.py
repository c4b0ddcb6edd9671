"""The connection by itself: its states while nobody asks for anything, jobs that outlive settings, tokens, proxies."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from alphacode_lsp import local_backend
from alphacode_lsp.backend import Backend, Pauses
from alphacode_lsp.backend_access import child_environment, find_token, open_client
from alphacode_lsp.local_backend import LocalBackendError, free_port
from alphacode_lsp.settings import BackendSettings
from alphacode_server.protocol import ExampleBody, JobCompleted, ProblemBody, SamplingBody, SolveRequest
from alphacode_server.protocol.credentials import Token, TokenStore
from alphacode_server.protocol.errors import BackendError, BackendUnavailable
from alphacode_server.protocol.situation import BackendState
from tests.cutter import Cutter
from tests.service import processes
from tests.service.processes import recording

REQUEST = SolveRequest(
    ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),)),
    language="python",
    sampling=SamplingBody(n=2),
)


@dataclass
class Watched:
    """A backend whose states are written down as they come."""

    backend: Backend
    states: list[BackendState] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        self.states.append(self.backend.situation.state)
        self.changed.set()

    async def until(self, state: BackendState) -> None:
        async with asyncio.timeout(60):
            while self.backend.situation.state is not state:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def watching(settings: BackendSettings, state_dir: Path) -> AsyncIterator[Watched]:
    backend = Backend(state_dir, {"XDG_CONFIG_HOME": str(state_dir)}, Pauses(ready_s=0.05, down_s=0.05))
    watched = Watched(backend)
    backend.on_change = watched.note
    backend.configure(settings)
    task = asyncio.create_task(backend.watch())
    try:
        yield watched
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await backend.aclose()


def ignore(message: str) -> None:
    """What a user would be told."""


@pytest.fixture
def sampler(tmp_path: Path) -> tuple[str, ...]:
    return ("--sampler", recording(tmp_path / "next.jsonl", ["print(int(input()) + 1)"] * 2), "--store", "none")


async def test_what_comes_and_goes_is_noticed_without_a_search(tmp_path: Path, sampler: tuple[str, ...]) -> None:
    running = processes.Backend(*sampler)
    async with watching(BackendSettings(running.url, auto_start=False), tmp_path) as watched:
        await watched.until(BackendState.DOWN)
        assert watched.backend.situation.message == f"nothing answers at {running.url}"
        await running.start()
        try:
            await watched.until(BackendState.READY)
        finally:
            await running.kill()
        await watched.until(BackendState.DOWN)
        watched.backend.configure(BackendSettings(""))
        await watched.until(BackendState.UNCONFIGURED)
        watched.backend.configure(BackendSettings("gpu-box:8420"))
        async with asyncio.timeout(60):
            while "must look like http://127.0.0.1:8420" not in watched.backend.situation.message:
                watched.changed.clear()
                await watched.changed.wait()
        assert BackendState.BUSY not in watched.states


async def test_a_model_that_is_not_served_is_down_and_nothing_is_started_for_it(tmp_path: Path) -> None:
    settings = BackendSettings(f"http://127.0.0.1:{free_port()}/v1", kind="openai")
    async with watching(settings, tmp_path) as watched:
        await watched.until(BackendState.DOWN)
        assert watched.backend.situation.message == f"nothing answers at {settings.url}"
        with pytest.raises(BackendUnavailable, match="the local backend did not start: no answer from"):
            await watched.backend.connect(ignore, ignore)
        await watched.until(BackendState.DOWN)


async def test_no_command_of_the_users_is_run_for_a_check(tmp_path: Path, sampler: tuple[str, ...]) -> None:
    command = ("sh", "-c", f"touch {tmp_path}/ran; echo printed")
    async with (
        processes.backend(*sampler) as running,
        watching(BackendSettings(running.url, token_command=command), tmp_path) as watched,
    ):
        await watched.until(BackendState.READY)
        assert not (tmp_path / "ran").exists()
        await watched.backend.connect(ignore, ignore)
        assert (tmp_path / "ran").exists()


async def test_nothing_is_asked_while_a_job_is_followed(tmp_path: Path, sampler: tuple[str, ...]) -> None:
    cutter = Cutter()
    async with processes.backend(*sampler) as running:
        url = await cutter.put_before(running.url)
        backend = Backend(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)})
        backend.configure(BackendSettings(url))
        client = await backend.connect(ignore, ignore)
        assert backend.situation.state is BackendState.READY
        async with backend.following("some job", client):
            assert backend.situation.state is BackendState.BUSY
            cutter.cut()
            n_connections = len(cutter.handlers)
            await backend.check()
            assert len(cutter.handlers) == n_connections
        assert backend.situation.state is BackendState.READY
        await backend.check()
        assert len(cutter.handlers) > n_connections
        await backend.aclose()
    await cutter.aclose()


async def test_a_job_goes_on_where_it_began_when_the_settings_change(tmp_path: Path, sampler: tuple[str, ...]) -> None:
    async with processes.backend(*sampler) as running:
        backend = Backend(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)})
        backend.configure(BackendSettings(running.url))
        client = await backend.connect(ignore, ignore)
        job = await client.submit(REQUEST)
        async with backend.following(job, client):
            backend.configure(BackendSettings("http://127.0.0.1:9", auto_start=False))
            with pytest.raises(BackendUnavailable):
                await backend.connect(ignore, ignore)
            assert backend.clients.of_job(job) is client
            events = [event async for _, event in client.events(job)]
        assert isinstance(events[-1], JobCompleted)
        assert backend.clients.of_job(job) is None
        await backend.aclose()


async def check_token(settings: BackendSettings, environment: dict[str, str], expected: str) -> None:
    token = await find_token(settings, environment)
    assert token
    assert token.text == expected


async def test_tokens_come_from_four_places_in_this_order(tmp_path: Path) -> None:
    url = "https://gpu-box"
    TokenStore(tmp_path / "alphacode").keep(url, "stored")
    (tmp_path / "token").write_text("filed\n")
    kept = {"XDG_CONFIG_HOME": str(tmp_path)}
    command = ("sh", "-c", "echo printed")
    await check_token(BackendSettings(url), kept, "stored")
    await check_token(BackendSettings(url, token_command=command), kept, "printed")
    filed = BackendSettings(url, token_command=command, token_file=str(tmp_path / "token"))
    await check_token(filed, kept, "filed")
    await check_token(filed, {**kept, "ALPHACODE_TOKEN": "environment"}, "environment")
    elsewhere = {"ALPHACODE_TOKEN": "environment", "ALPHACODE_TOKEN_ORIGIN": "https://another-box"}
    await check_token(filed, {**kept, **elsewhere}, "filed")
    await check_token(BackendSettings(url), {**kept, **elsewhere}, "stored")


async def test_tokens_that_are_none_say_where_they_are_from(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush hush\n")
    for settings, environment, expected in (
        (BackendSettings(), {"ALPHACODE_TOKEN": "hush\nhush"}, "the token of ALPHACODE_TOKEN has spaces, line breaks"),
        (BackendSettings(token_file=str(tmp_path / "token")), {}, "alphacode.backend.tokenFile"),
        (BackendSettings(token_file="/nowhere/token"), {}, "(/nowhere/token) cannot be read: No such file"),
        (BackendSettings(token_command=("/nowhere/pass",)), {}, "cannot be started: No such file"),
        (
            BackendSettings(token_command=("false",)),
            {},
            "alphacode.backend.tokenCommand (false) ended with exit code 1",
        ),
        (BackendSettings(token_command=("sh", "-c", "echo locked >&2; exit 3")), {}, "exit code 3: locked"),
        (BackendSettings(token_command=("true",)), {}, "the token of alphacode.backend.tokenCommand (true) is empty"),
    ):
        with pytest.raises(BackendError) as caught:
            await find_token(settings, {"XDG_CONFIG_HOME": str(tmp_path), **environment})
        assert expected in str(caught.value)
        assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (BackendSettings("https://gpu-box", ca_file="/nowhere.pem"), "caFile: cannot read /nowhere.pem: No such file"),
        (BackendSettings("https://gpu-box", ca_file=__file__), "it holds no certificate in PEM"),
        (BackendSettings("http://gpu-box", proxy="socks5://127.0.0.1:1080"), "SOCKS"),
        (BackendSettings("http://gpu-box", proxy="gopher://x"), "gopher"),
        (BackendSettings("http://gpu-box", headers={"X-Team": "\u2713"}), "cannot be asked with these settings"),
        (BackendSettings("http://anna:hush@gpu-box"), "must hold no password"),
    ],
)
def test_settings_that_are_no_use_are_named(settings: BackendSettings, words: str) -> None:
    with pytest.raises(BackendError) as caught:
        open_client(settings, None, "test")
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_pipeline_of_this_machine_inherits_what_it_needs_and_no_more() -> None:
    settings = BackendSettings("https://gpu-box/v1", ca_file="/etc/gpu.pem", proxy="http://proxy:3128")
    environment = {"PATH": "/bin", "ALPHACODE_TOKEN": "hush", "ALPHACODE_TOKEN_ORIGIN": "https://gpu-box"}
    assert child_environment(settings, Token("key", "a file"), environment) == {
        "PATH": "/bin",
        "ALPHACODE_API_KEY": "key",
        "SSL_CERT_FILE": "/etc/gpu.pem",
        "HTTP_PROXY": "http://proxy:3128",
        "HTTPS_PROXY": "http://proxy:3128",
        "NO_PROXY": "localhost,127.0.0.1,::1",
    }


async def test_a_proxy_is_gone_through_but_never_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 502 no\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        async def asks(url: str, setting: str = "") -> None:
            client = open_client(BackendSettings(url, proxy=setting, headers={"X-Team": "a"}), None, "test")
            with pytest.raises(BackendUnavailable):
                await client.ready()
            await client.aclose()

        await asks("http://gpu-box:8420", proxy)
        assert heads[0].startswith("GET http://gpu-box:8420/ready ")
        assert "X-Team: a" in heads[0]
        monkeypatch.setenv("HTTP_PROXY", proxy)
        await asks("http://gpu-box:8420")
        assert len(heads) == 2
        await asks("http://127.0.0.1:9", proxy)
        await asks("http://localhost:9")
        assert len(heads) == 2


def test_a_port_that_is_taken_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setattr(local_backend, "PORTS", range(port, port + 1))
    monkeypatch.setattr(local_backend, "N_TRIES", 1)
    assert free_port() == port
    with socket.create_server(("127.0.0.1", port)), pytest.raises(LocalBackendError, match=f"{port} none is free"):
        free_port()
