"""What the client says when a backend is not there, not ours, not ready or not willing."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import httpx
import pytest
import pytest_asyncio

from alphacode_server.protocol import PROTOCOL_VERSION, ExampleBody, Info, JudgeRequest, Readiness, SolveRequest
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.errors import (
    BackendError,
    BackendIncompatible,
    BackendLoading,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
    NotABackend,
)
from alphacode_server.protocol.patience import Patience
from alphacode_server.service import Services, create_app

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]
OURS = {"AlphaCode-Protocol": "1"}


async def check(reply: httpx.Response, kind: type[BackendError], *words: str) -> None:
    """What the client makes of a reply to `GET /v1/info`."""
    transport = httpx.MockTransport(lambda _: reply)
    async with BackendClient("http://backend.example", transport=transport) as client:
        with pytest.raises(kind) as caught:
            await client.info()
    assert type(caught.value) is kind
    for word in ("http://backend.example", *words):
        assert word in str(caught.value)


async def test_something_else_that_answers_is_described() -> None:
    page = httpx.Response(404, html="<h1>no</h1>", headers={"Server": "nginx"})
    await check(page, NotABackend, "is not an AlphaCode backend", "404 Not Found with text/html", "nginx")
    await check(httpx.Response(200, json={"object": "list"}), NotABackend, "200 OK with application/json")
    await check(httpx.Response(302, headers={"Location": "https://elsewhere.example"}), NotABackend, "302 Found")


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_proxy_without_its_backend_is_said(status: int) -> None:
    await check(httpx.Response(status, html=""), BackendUnavailable, str(status), "the backend is down")


@pytest.mark.parametrize(
    ("range_", "older"), [({"min": 2, "max": 3}, "update this client"), ({"min": 0, "max": 0}, "update the backend")]
)
async def test_a_backend_of_another_protocol_says_which_side_to_update(range_: dict[str, int], older: str) -> None:
    info = {"server": "alphacode", "version": "9", "protocol": range_, "capabilities": [], "model": "m",
            "languages": [], "isolation": "L2", "limits": {}}  # fmt: skip
    versions = (f"protocol {range_['min']} to {range_['max']}", f"this client {PROTOCOL_VERSION}")
    await check(httpx.Response(200, json=info, headers=OURS), BackendIncompatible, older, *versions)


async def test_replies_that_cannot_be_read_name_the_field() -> None:
    await check(httpx.Response(200, json={"server": "alphacode"}, headers=OURS), BackendIncompatible, "version")
    await check(httpx.Response(200, text="ok", headers=OURS), BackendIncompatible, "/v1/info")
    await check(httpx.Response(500, text="oh", headers=OURS), BackendRefused, "500")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), "Name or service not known"),
        (httpx.ConnectError("certificate verify failed: self-signed"), "certificate verify failed"),
        (httpx.ConnectTimeout(""), "connecting to http://backend.example took more than 5 s"),
        (httpx.ReadTimeout(""), "did not answer in time"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "407 Proxy Authentication"),
        (httpx.ReadError(""), "ReadError"),
    ],
)
async def test_trouble_on_the_way_is_quoted(error: httpx.TransportError, words: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    async with BackendClient("http://backend.example", transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(BackendUnavailable, match=r"http://backend\.example") as caught:
            await client.health()
    assert words in str(caught.value)
    assert isinstance(caught.value, BackendTimeout) == isinstance(error, httpx.TimeoutException)


async def test_nothing_that_listens_is_said_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    patience = Patience(first_wait_s=0.001, longest_wait_s=0.002, reconnect_s=0.01)
    async with BackendClient(url, patience=patience) as client:
        for ask in (client.info, lambda: client.job("x"), lambda: anext(client.events("x"))):
            with pytest.raises(BackendUnavailable) as caught:
                await ask()
            assert str(caught.value) == f"nothing answers at {url}"


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (b"NOT HTTP AT ALL\r\n\r\n", NotABackend, "does not speak HTTP"),
        (b"", BackendUnavailable, "closed the connection without an answer"),
    ],
)
async def test_what_does_not_speak_http_is_said(reply: bytes, kind: type[BackendError], words: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, BackendClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        with pytest.raises(kind, match=words):
            await client.health()


@pytest.mark.parametrize("url", ["127.0.0.1:8420", "ftp://127.0.0.1", "http://", "http://[::1"])
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BackendError, match="address"):
        BackendClient(url)


async def test_the_token_stays_with_its_address() -> None:
    asked: list[httpx.Request] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(307, headers={"Location": "http://elsewhere.example/health"})

    client = BackendClient(
        "https://backend.example/prefix/",
        token="secret",
        headers={"X-Team": "a"},
        transport=httpx.MockTransport(redirect),
    )
    async with client:
        with pytest.raises(NotABackend):
            await client.health()
    assert [str(request.url) for request in asked] == ["https://backend.example/prefix/health"]
    assert asked[0].headers["Authorization"] == "Bearer secret"
    assert asked[0].headers["X-Team"] == "a"
    assert asked[0].headers["AlphaCode-Protocol"] == "1"


@pytest_asyncio.fixture(loop_scope="session")
async def loading(services: MakeServices) -> Services:
    loading = services()
    loading.readiness, loading.loading_since = Readiness("loading", "its model is loading"), monotonic() - 40
    return loading


async def test_a_backend_that_starts_says_how_far_it_is(loading: Services, request_body: SolveRequest) -> None:
    async with BackendClient("http://localhost", transport=httpx.ASGITransport(create_app(loading))) as client:
        await client.health()
        now = await client.ready()
        assert now == Readiness("loading", "its model is loading", now.elapsed_s)
        assert now.elapsed_s is not None
        assert 40 <= now.elapsed_s < 50
        with pytest.raises(BackendLoading, match="its model is loading, for 4") as caught:
            await client.submit(request_body)
        assert caught.value.retry_after_s == 2
        loading.readiness = Readiness("ready")
        assert await client.ready() == Readiness("ready")
        assert (await client.job(await client.submit(request_body))).job


async def test_a_refused_request_names_its_field(services: MakeServices, request_body: SolveRequest) -> None:
    request = replace(request_body, problem=replace(request_body.problem, statement="half a \ud800 pair"))
    async with BackendClient("http://localhost", transport=httpx.ASGITransport(create_app(services()))) as client:
        with pytest.raises(BackendRefused, match="not valid Unicode") as caught:
            await client.submit(request)
    assert (caught.value.status, caught.value.body.param) == (422, "problem.statement")
    assert caught.value.body.request_id


async def test_info_and_judge(services: MakeServices) -> None:
    async with BackendClient("http://localhost", transport=httpx.ASGITransport(create_app(services()))) as client:
        info = await client.info()
        assert isinstance(info, Info)
        assert info.model == "test-model"
        reply = await client.judge(JudgeRequest("python", "print(int(input()) * 2)", (ExampleBody("2\n", "4\n"),) * 2))
        assert (reply.verdict, [case.index for case in reply.cases], reply.isolation) == ("AC", [1, 2], info.isolation)
        # Two seconds, five times as many for Python, and on a slow machine up to twice of that.
        assert reply.time_limit_ms is not None
        assert 10_000 <= reply.time_limit_ms <= 20_000


async def test_one_key_makes_one_job(services: MakeServices, request_body: SolveRequest) -> None:
    async with BackendClient("http://localhost", transport=httpx.ASGITransport(create_app(services()))) as client:
        first = await client.submit(request_body, "key")
        assert await client.submit(request_body, "key") == first
        assert await client.submit(request_body) != first


async def test_a_proxy_is_used_for_other_machines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)

    def mounts(url: str) -> int:
        return len(BackendClient(url)._http._mounts)

    assert mounts("http://127.0.0.1:8420") == mounts("http://localhost:8420") == mounts("http://[::1]:8420") == 0
    assert mounts("http://backend.example") > 0
