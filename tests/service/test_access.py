"""Tokens: who is let in, what they may do, and whose jobs they see."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio

from alphacode_server.protocol import SolveEvent, SolveRequest
from alphacode_server.protocol.client import BackendClient
from alphacode_server.protocol.encoding import to_json
from alphacode_server.protocol.errors import BackendRefused, JobLost
from alphacode_server.service import Services
from alphacode_server.service.app import create_app
from alphacode_server.service.journal import Journal
from alphacode_server.service.store import MemoryStore, Quotas, Store, open_store
from alphacode_server.service.tokens import SCOPES, issue

pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]
Listen = Callable[[Services], Awaitable[str]]

JUDGE = {"language": "python", "code": "print(int(input()) + 1)", "cases": [{"input": "1\n", "output": "2\n"}]}
ROUTES = [
    ("POST", "/v1/jobs"), ("GET", "/v1/jobs/x"), ("GET", "/v1/jobs/x/events"), ("DELETE", "/v1/jobs/x"),
    ("POST", "/v1/jobs/x/cancel"), ("POST", "/v1/judge"), ("GET", "/v1/info"), ("GET", "/openapi.json"),
]  # fmt: skip


class Gated(Protocol):
    """The search of the fixture of this name."""

    gate: asyncio.Event

    def __call__(self, request: SolveRequest, journal: Journal) -> AsyncGenerator[SolveEvent, None]: ...


@pytest_asyncio.fixture(loop_scope="session", params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = MemoryStore() if request.param == "memory" else await open_store(str(tmp_path / "jobs.db"))
    yield store
    await store.aclose()


@dataclass
class Door:
    """A backend, and clients of it with tokens of their own."""

    services: Services
    store: Store
    address: str = "192.0.2.7"

    async def token(
        self, name: str, *scopes: str, expires_at: float | None = None, quotas: Quotas | None = None
    ) -> str:
        token, record = issue(name, scopes or ("submit", "read"), expires_at, quotas or Quotas())
        await self.store.add_token(record)
        return token

    def client(self, token: str | None = None, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(create_app(self.services), client=(self.address, 40_000))
        authorization = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={**authorization, **headers})


@pytest_asyncio.fixture(loop_scope="session")
async def door(services: MakeServices, store: Store, gated: Gated) -> Door:
    return Door(services(gated), store)


def error_of(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["request_id"] == response.headers["X-Request-Id"]
    assert ("WWW-Authenticate" in response.headers) == (response.status_code == 401)
    return response.status_code, error["code"]


async def test_without_tokens_everybody_comes_in_and_the_first_token_closes_the_door(door: Door) -> None:
    async with door.client() as http:
        assert (await http.get("/v1/info")).status_code == 200
        token = await door.token("anna")
        for method, path in ROUTES:
            assert error_of(await http.request(method, path)) == (401, "unauthorized")
        assert (await http.get("/health")).status_code == (await http.get("/ready")).status_code == 200
    async with door.client(token) as http:
        assert (await http.get("/v1/info")).status_code == 200
    # Nor does revoking the last one open it again.
    assert await door.store.revoke_token("anna", time.time())
    async with door.client() as http, door.client(token) as anna:
        assert error_of(await http.get("/v1/info")) == (401, "unauthorized")
        response = await anna.get("/v1/info")
        assert error_of(response) == (401, "invalid_token")
        assert "'anna' was revoked" in response.text


async def test_tokens_that_are_not_good(door: Door) -> None:
    good = await door.token("anna")
    expired = await door.token("bert", expires_at=time.time() - 1)
    later = await door.token("carl", expires_at=time.time() + 60)
    token_id = good.split("_")[1]
    wrong = ["", " ", "x", good[:-1], good + "x", good.upper(), f"ac_{token_id}_", f"ac_{token_id}_{'x' * 43}", "ac__",
             "ac_ffffffff_" + good.split("_", 2)[2], f"ac_%_{good}", "ac_'--_x", 10_000 * "x"]  # fmt: skip
    for token in wrong:
        async with door.client(token) as http:
            assert error_of(await http.get("/v1/info"))[0] == 401
    async with door.client(expired) as http:
        response = await http.get("/v1/info")
        assert error_of(response) == (401, "invalid_token")
        assert "'bert' has expired" in response.text
    for token in (good, later):
        async with door.client(token) as http:
            assert (await http.get("/v1/info")).status_code == 200
    for authorization in (good, f"Basic {good}", f"Token {good}", "Bearer", f"Bearer{good}"):
        async with door.client(Authorization=authorization) as http:
            assert error_of(await http.get("/v1/info"))[0] == 401
    async with door.client() as http:
        assert error_of(await http.get(f"/v1/info?token={good}&access_token={good}"))[0] == 401
        two = [("Authorization", "Bearer x"), ("Authorization", f"Bearer {good}")]
        assert error_of(await http.get("/v1/info", headers=two)) == (401, "unauthorized")
    async with door.client(Authorization=f"bearer  {good} ") as http:
        assert (await http.get("/v1/info")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/../v1/info", "//v1/info", "/V1/INFO", "/v1//info", "/%76%31/info", "/v1/info/", "/health/../v1/info",
        "/health/", "/ready/..;/v1/info", "/health%2f..%2fv1%2finfo", "/health;/v1/info", "/health%00", "/./v1/info",
        "/v1/info?x=/health", "/v1/jobs/..%2f..%2fhealth", "/metrics/", "/docs", "/redoc", "/",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_path_goes_round_the_door(door: Door, path: str) -> None:
    await door.token("anna")
    async with door.client() as http:
        request = http.build_request("GET", "http://localhost/")
        request.url = request.url.copy_with(raw_path=path.encode())
        assert error_of(await http.send(request)) == (401, "unauthorized")


async def test_a_body_is_not_read_before_the_token(door: Door) -> None:
    await door.token("anna")
    chunks_read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal chunks_read
        for _ in range(100):
            chunks_read += 1
            yield 1000 * b"x"

    async with door.client() as http:
        assert error_of(await http.post("/v1/jobs", content=chunks()))[0] == 401
    assert chunks_read <= 1


async def test_a_scope_that_is_missing_is_named(door: Door, request_body: SolveRequest) -> None:
    tokens = {scope: await door.token(scope, scope) for scope in SCOPES}
    wanted = {
        ("POST", "/v1/jobs"): "submit",
        ("POST", "/v1/judge"): "submit",
        ("DELETE", "/v1/jobs/x"): "submit",
        ("GET", "/v1/jobs/x"): "read",
        ("GET", "/v1/info"): "read",
        ("GET", "/metrics"): "metrics",
    }
    for scope, token in tokens.items():
        async with door.client(token) as http:
            for (method, path), needed in wanted.items():
                body = {"POST /v1/jobs": to_json(request_body), "POST /v1/judge": JUDGE}.get(f"{method} {path}")
                response = await http.request(method, path, json=body)
                if scope in (needed, "admin"):
                    assert response.status_code in (200, 202, 404)
                else:
                    assert error_of(response) == (403, "insufficient_scope")
                    assert needed in response.text


async def test_another_tokens_job_is_none(door: Door, request_body: SolveRequest) -> None:
    anna, bert, admin = await door.token("anna"), await door.token("bert"), await door.token("root", "admin")
    body = to_json(request_body)
    async with door.client(anna) as http:
        job = (await http.post("/v1/jobs", json=body, headers={"Idempotency-Key": "key"})).json()["job"]
        assert (await http.get(f"/v1/jobs/{job}")).status_code == 200
    async with door.client(bert) as http:
        for method, path in (("GET", ""), ("GET", "/events"), ("DELETE", ""), ("POST", "/cancel")):
            said = []
            for job_id in (job, f"{job[:-4]}none"):
                response = await http.request(method, f"/v1/jobs/{job_id}{path}")
                assert error_of(response) == (404, "job_not_found")
                said.append(response.json()["error"]["message"].replace(job_id, ""))
            assert said[0] == said[1]
        # A key is its token's own.
        other = await http.post("/v1/jobs", json=body, headers={"Idempotency-Key": "key"})
        assert (other.status_code, other.json()["job"] == job) == (202, False)
    async with door.client(admin) as http:
        assert (await http.delete(f"/v1/jobs/{job}")).json()["status"] == "cancelled"


async def test_metrics_are_for_this_machine_or_for_a_token(door: Door) -> None:
    token = await door.token("prometheus", "metrics")
    async with door.client() as http:
        assert error_of(await http.get("/metrics"))[0] == 401
    async with door.client(token) as http:
        assert (await http.get("/metrics")).status_code == 200
    near = replace(door, address="127.0.0.1")
    async with near.client() as http:
        assert (await http.get("/metrics")).status_code == 200
        assert error_of(await http.get("/v1/info"))[0] == 401
    # What a proxy on this machine passes on comes from elsewhere.
    async with near.client(**{"X-Forwarded-For": "192.0.2.7"}) as http:
        assert error_of(await http.get("/metrics"))[0] == 401


async def test_the_client_says_what_is_wrong(door: Door, request_body: SolveRequest) -> None:
    anna, bert = await door.token("anna"), await door.token("bert")

    def client(token: str | None) -> BackendClient:
        transport = httpx.ASGITransport(create_app(door.services))
        return BackendClient("http://localhost", token=token, transport=transport)

    async with client(anna) as ours, client(bert) as theirs, client(None) as nobodys:
        job = await ours.submit(request_body)
        with pytest.raises(JobLost):
            await theirs.job(job)
        with pytest.raises(BackendRefused, match="send a token") as refused:
            await nobodys.info()
        assert (refused.value.status, refused.value.body.type) == (401, "authentication_error")


async def check_quota(http: httpx.AsyncClient, code: str, body: object, path: str = "/v1/jobs") -> str:
    response = await http.post(path, json=body)
    assert error_of(response) == (429, code)
    assert response.json()["error"]["type"] == "rate_limit_error"
    assert 0 < int(response.headers["Retry-After"]) <= 24 * 3600 + 1
    return str(response.json()["error"]["message"])


async def test_jobs_at_a_time_are_bounded(door: Door, gated: Gated, request_body: SolveRequest) -> None:
    token, other = await door.token("anna", quotas=Quotas(max_jobs=2)), await door.token("bert")
    body = to_json(request_body)
    async with door.client(token) as http, door.client(other) as bert:
        jobs = [(await http.post("/v1/jobs", json=body)).json()["job"] for _ in range(2)]
        assert "max_jobs" in await check_quota(http, "quota_jobs", body)
        assert (await bert.post("/v1/jobs", json=body)).status_code == 202
        await http.delete(f"/v1/jobs/{jobs[1]}")
        assert (await http.post("/v1/jobs", json=body)).status_code == 202


async def test_samples_of_a_day_are_bounded(door: Door, gated: Gated, request_body: SolveRequest) -> None:
    token = await door.token("anna", quotas=Quotas(max_samples_per_day=10))

    def asking(n: int) -> object:
        return to_json(replace(request_body, sampling=replace(request_body.sampling, n=n)))

    async with door.client(token) as http:
        await check_quota(http, "quota_samples_per_day", asking(11))
        job = (await http.post("/v1/jobs", json=asking(8))).json()["job"]
        # What a job may still draw is taken.
        assert "2 of 10 samples are left" in await check_quota(http, "quota_samples_per_day", asking(3))
        gated.gate.set()
        await door.services.jobs.get(job).over.wait()
        # It drew four, as its result says.
        assert "6 of 10 samples are left" in await check_quota(http, "quota_samples_per_day", asking(7))
        assert (await http.post("/v1/jobs", json=asking(6))).status_code == 202


async def test_the_sandboxs_seconds_of_a_day_are_bounded_and_measured(
    door: Door, services: MakeServices, store: Store, request_body: SolveRequest
) -> None:
    token = await door.token("anna", quotas=Quotas(max_sandbox_s_per_day=1))
    busy = JUDGE | {"code": "import time\nwhile time.process_time() < 1.2: pass\nprint(int(input()) + 1)"}
    async with door.client(token) as http:
        assert (await http.post("/v1/judge", json=busy)).json()["verdict"] == "AC"
        assert "1 CPU seconds" in await check_quota(http, "quota_sandbox_seconds_per_day", busy, "/v1/judge")
        await check_quota(http, "quota_sandbox_seconds_per_day", to_json(request_body))
    await store.forget([])  # Writes are made in order: what was charged before this one is kept.
    (used,) = await store.usage(time.strftime("%Y-%m-%d", time.gmtime()))
    assert 1.2 < used.sandbox_s < 5
    # The next process knows it, too.
    again = services()
    await again.jobs.restore()
    async with Door(again, store).client(token) as http:
        await check_quota(http, "quota_sandbox_seconds_per_day", busy, "/v1/judge")


async def raw(url: str, *lines: str, body: str = "") -> bytes:
    """The answer to a request as it is written here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write("\r\n".join([*lines, "Connection: close", "", body]).encode("latin-1"))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize("store", ["memory"], indirect=True)
@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("GET /v1/info HTTP/1.1", "Host: localhost"), 401),
        (("GET /v1/info HTTP/1.1", "Host: localhost", "Host: evil.example"), 400),
        (("GET http://localhost/v1/info HTTP/1.1", "Host: evil.example"), 403),
        (("GET /v1/info HTTP/1.1", "Host: localhost", "Authorization : Bearer {token}"), 400),
        (("GET /v1/info HTTP/1.1", "Host: localhost", "X: a", " Authorization: Bearer {token}"), 401),
        (("GET /v1/info HTTP/1.1", "Host: localhost", "authorization: bearer {token}", "Authorization: Bearer x"), 401),
        (("POST /v1/jobs HTTP/1.1", "Host: localhost", "Content-Length: 3", "Content-Length: 4"), 400),
        (("POST /v1/jobs HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked, gzip"), 400),
        (("GET /v1/info HTTP/1.1", "Host: localhost", f"X: {17_000 * 'x'}"), 431),
        (("GET /v1/info HTTP/1.1", "Host: localhost", "Authorization: Bearer {token}"), 200),
    ],
)
async def test_smuggled_and_oversized_headers(door: Door, listening: Listen, lines: Sequence[str], status: int) -> None:
    token = await door.token("anna")
    answer = await raw(await listening(door.services), *(line.replace("{token}", token) for line in lines))
    assert answer.split(b" ", 2)[1] == str(status).encode(), answer
    assert token.encode() not in answer


@pytest.mark.parametrize("store", ["memory"], indirect=True)
async def test_a_request_inside_a_refused_ones_body_is_not_served(door: Door, listening: Listen) -> None:
    token = await door.token("anna")
    hidden = f"0\r\n\r\nGET /v1/info HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    url = await listening(door.services)
    answer = await raw(url, "POST /v1/jobs HTTP/1.1", "Host: localhost", f"Content-Length: {len(hidden)}", body=hidden)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    both = ("POST /v1/jobs HTTP/1.1", "Host: localhost", "Content-Length: 5", "Transfer-Encoding: chunked")
    answer = await raw(url, *both, body=hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"HTTP/1.1 200" not in answer
