import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any

import httpx
import pytest
import pytest_asyncio

from alphacode_server.protocol import Readiness, SolveRequest
from alphacode_server.protocol.encoding import to_json
from alphacode_server.service import Services
from alphacode_server.service.guard import network_host_check
from alphacode_server.service.store import Entry, JobRecord, Kept, Store

InProcess = Callable[[Services], httpx.AsyncClient]
pytestmark = pytest.mark.asyncio(loop_scope="session")

MakeServices = Callable[..., Services]

MINIMAL = {"problem": {"title": "t", "statement": "Print 1."}}
JUDGE = {"language": "python", "code": "print(int(input()) + 1)", "cases": [{"input": "1\n", "output": "2\n"}]}


@pytest_asyncio.fixture(loop_scope="session")
async def http(services: MakeServices, in_process: InProcess) -> httpx.AsyncClient:
    return in_process(services())


def check_error(response: httpx.Response, status: int, code: str, param: str | None = None) -> str:
    """The error's message, if the response is the error that is expected."""
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (status, code, param)
    assert error["type"]
    assert error["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["AlphaCode-Protocol"] == "1"
    return str(error["message"])


def ascii_json(body: object) -> dict[str, Any]:
    """Arguments of a request; httpx's own JSON cannot spell half a surrogate pair."""
    return {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}


async def test_a_job_is_accepted_shown_and_streamed(http: httpx.AsyncClient, request_body: SolveRequest) -> None:
    response = await http.post("/v1/jobs", json=to_json(request_body))
    snapshot = response.json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/jobs/{snapshot['job']}"
    assert snapshot["last_event_id"] == 1

    stream = await http.get(f"{response.headers['Location']}/events")
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["X-Accel-Buffering"] == "no"
    assert stream.text.startswith("retry: 2000\n\n")
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in stream.text.split("\n\n")[1:-1]]
    assert [(block["id"], block["event"]) for block in blocks] == [
        ("1", "job.accepted"),
        ("2", "phase"),
        ("3", "job.completed"),
    ]
    assert json.loads(blocks[0]["data"])["samples"] == 128

    shown = (await http.get(response.headers["Location"])).json()
    assert shown["status"] == "completed"
    assert shown["candidates"] == json.loads(blocks[2]["data"])["result"]["candidates"]


async def test_a_client_that_accepts_a_stream_gets_it_at_once(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/jobs", json=MINIMAL, headers={"Accept": "text/event-stream"})
    assert response.status_code == 200
    assert "event: job.completed" in response.text
    assert (await http.get(response.headers["Location"])).json()["status"] == "completed"


@pytest.mark.parametrize("headers", [{"Last-Event-ID": "2"}, {"Last-Event-ID": "2", "unrelated": "1"}, {}])
async def test_a_stream_begins_after_the_event_that_was_seen(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    job = (await http.post("/v1/jobs", json=MINIMAL, headers={"Accept": "text/event-stream"})).headers["Location"]
    query = "" if "Last-Event-ID" in headers else "?after=2"
    stream = await http.get(f"{job}/events{query}", headers=headers)
    assert "\nid: 3\n" in f"\n{stream.text}"
    assert "id: 2\n" not in stream.text
    assert (await http.get(f"{job}/events?after=3")).status_code == 204
    check_error(await http.get(f"{job}/events?after=4"), 422, "invalid_value", "after")
    check_error(await http.get(f"{job}/events", headers={"Last-Event-ID": "x"}), 422, "invalid_value", "Last-Event-ID")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"problem": {"title": "t"}}, "problem.statement"),
        ({"problem": {"title": "t", "statement": " "}}, "problem.statement"),
        ({"problem": {"title": "t", "statement": "\ud800"}}, "problem.statement"),
        ({"problem": {"title": "t", "statement": "s", "examples": [{"input": "1"}]}}, "problem.examples.0.output"),
        ({"problem": {"title": "t", "statement": "s", "checker": {"kind": "program"}}}, "problem.checker.kind"),
        ({"problem": {"title": "t", "statement": "s", "time_limit_ms": 10**9}}, "problem.time_limit_ms"),
        ({"problem": {"title": "t", "statement": "s", "memory_limit_mb": 0}}, "problem.memory_limit_mb"),
        ({"language": "cobol"}, "language"),
        ({"sampling": {"n": 0}}, "sampling.n"),
        ({"sampling": {"n": "many"}}, "sampling.n"),
        ({"sampling": {"temperature": 3}}, "sampling.temperature"),
        ({"strategy": "best"}, "strategy"),
        ({"selector": "best"}, "selector"),
        ({"effort": "none"}, "effort"),
        ({"return": {"candidates": 0}}, "return.candidates"),
        ({"budget": {"wall_ms": -1}}, "budget.wall_ms"),
        ({"budget": {"tokens": 0}}, "budget.tokens"),
        ({"grace_ms": -1}, "grace_ms"),
    ],
)
async def test_a_field_at_fault_is_named(http: httpx.AsyncClient, change: dict[str, object], param: str) -> None:
    check_error(await http.post("/v1/jobs", **ascii_json(MINIMAL | change)), 422, "invalid_value", param)


async def test_what_is_no_json_object_is_said(http: httpx.AsyncClient) -> None:
    json_type = {"Content-Type": "application/json"}
    for content, code in ((b"{", "invalid_json"), (b"[]", "invalid_value"), (b"", "invalid_value")):
        check_error(await http.post("/v1/jobs", content=content, headers=json_type), 422, code)
    check_error(await http.post("/v1/jobs", content=b"\xff", headers=json_type), 400, "invalid_body")


async def test_unknown_fields_are_ignored_and_samples_are_capped(http: httpx.AsyncClient) -> None:
    info = (await http.get("/v1/info")).json()
    body = MINIMAL | {"sampling": {"n": 10**9, "later": 1}, "return": {"candidates": 99}, "starter": None}
    response = await http.post("/v1/jobs", json=body, headers={"Accept": "text/event-stream"})
    assert f'"samples":{info["limits"]["max_samples"]},' in response.text


async def test_bodies_above_the_limit_are_refused(http: httpx.AsyncClient) -> None:
    limit = (await http.get("/v1/info")).json()["limits"]["max_body_bytes"]
    check_error(await http.post("/v1/jobs", content=b"x" * (limit + 1)), 413, "body_too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(limit // 1000 + 1):
            yield b"x" * 1000

    check_error(await http.post("/v1/jobs", content=chunks()), 413, "body_too_large")


async def test_paths_methods_and_jobs_that_do_not_exist(http: httpx.AsyncClient) -> None:
    check_error(await http.get("/v1/solve"), 404, "not_found")
    response = await http.put("/v1/jobs")
    check_error(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"
    for method, path in (("GET", ""), ("GET", "/events"), ("DELETE", ""), ("POST", "/cancel")):
        message = check_error(await http.request(method, f"/v1/jobs/none{path}"), 404, "job_not_found")
        assert "restarted" in message


@pytest.mark.parametrize(
    ("headers", "param"),
    [
        ({"Host": "evil.example:8420"}, "Host"),
        ({"Host": "127.0.0.1.evil.example"}, "Host"),
        ({"Host": ""}, "Host"),
        ({"Origin": "http://evil.example"}, "Origin"),
        ({"Origin": "null"}, "Origin"),
        ({"Sec-Fetch-Site": "cross-site"}, "Origin"),
    ],
)
async def test_web_pages_and_foreign_names_are_refused(
    http: httpx.AsyncClient, headers: dict[str, str], param: str
) -> None:
    for path in ("/health", "/v1/info", "/metrics"):
        code = "foreign_host" if param == "Host" else "web_page"
        check_error(await http.get(path, headers=headers), 403, code, param)


@pytest.mark.parametrize("host", ["127.0.0.1:8420", "localhost", "[::1]:8420", "127.1.2.3"])
async def test_every_loopback_name_is_ours(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [("gpu-box:8420", 200), ("192.0.2.7", 200), ("[2001:db8::1]:8420", 200), ("localhost", 200), ("evil.example", 403)],
)
async def test_on_a_network_names_that_can_be_rebound_are_refused(
    services: MakeServices, in_process: InProcess, host: str, status: int
) -> None:
    on_network = services()
    on_network.is_our_host = network_host_check(["gpu-box"])
    assert (await in_process(on_network).get("/health", headers={"Host": host})).status_code == status


async def test_another_protocol_is_refused_with_our_versions(http: httpx.AsyncClient) -> None:
    response = await http.get("/v1/info", headers={"AlphaCode-Protocol": "2"})
    assert "protocol 1 to 1" in check_error(response, 400, "unsupported_protocol", "AlphaCode-Protocol")


async def test_common_headers(http: httpx.AsyncClient) -> None:
    echoed = await http.get("/health", headers={"X-Request-Id": "mine-1"})
    assert echoed.headers["X-Request-Id"] == "mine-1"
    assert echoed.headers["Cache-Control"] == "no-store"
    made = await http.get("/health", headers={"X-Request-Id": "not an id"})
    assert made.headers["X-Request-Id"] not in ("", "not an id")


async def test_while_the_model_loads_only_jobs_must_wait(services: MakeServices, in_process: InProcess) -> None:
    loading = services()
    loading.readiness, loading.loading_since = Readiness("loading", "its model is loading"), monotonic() - 40
    http = in_process(loading)
    assert (await http.get("/health")).status_code == 200
    response = await http.get("/ready")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert 40 <= response.json().pop("elapsed_s") < 50
    assert response.json() | {"elapsed_s": 40} == {
        "status": "loading",
        "message": "its model is loading",
        "elapsed_s": 40,
    }
    response = await http.post("/v1/jobs", json=MINIMAL)
    assert "its model is loading, for 4" in check_error(response, 503, "loading")
    assert response.json()["error"]["retry_after_ms"] == 2000

    loading.readiness = Readiness("ready")
    assert (await http.get("/ready")).status_code == 200
    assert (await http.post("/v1/jobs", json=MINIMAL)).status_code == 202


async def test_one_key_makes_one_job(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "key-1"}
    first = await http.post("/v1/jobs", json=MINIMAL, headers=key)
    again = await http.post("/v1/jobs", json=MINIMAL, headers=key)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["job"] == again.json()["job"]
    other = await http.post("/v1/jobs", json=MINIMAL | {"language": "cpp"}, headers=key)
    check_error(other, 422, "idempotency_key_reused", "Idempotency-Key")
    endless = await http.post("/v1/jobs", json=MINIMAL, headers={"Idempotency-Key": 300 * "k"})
    check_error(endless, 422, "invalid_value", "Idempotency-Key")
    assert (await http.post("/v1/jobs", json=MINIMAL)).json()["job"] != first.json()["job"]


async def test_a_key_in_use_is_a_conflict_until_its_job_is_kept(
    services: MakeServices, in_process: InProcess, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    adding = asyncio.Event()

    def slow(record: JobRecord, first: Entry) -> Kept:
        adding.set()
        return kept

    http, key = in_process(services()), {"Idempotency-Key": "key-1"}
    with monkeypatch.context() as patch:
        patch.setattr(store, "add", slow)
        first = asyncio.create_task(http.post("/v1/jobs", json=MINIMAL, headers=key))
        await adding.wait()
        response = await http.post("/v1/jobs", json=MINIMAL, headers=key)
        check_error(response, 409, "idempotency_key_in_use", "Idempotency-Key")
        assert response.headers["Retry-After"] == "1"
    kept.set_result(None)
    accepted = await first
    again = await http.post("/v1/jobs", json=MINIMAL, headers=key)
    assert (accepted.status_code, again.status_code) == (202, 200)
    assert again.json()["job"] == accepted.json()["job"]


async def test_a_compressed_body_is_not_unpacked(http: httpx.AsyncClient) -> None:
    content = gzip.compress(json.dumps(MINIMAL).encode())
    response = await http.post("/v1/jobs", content=content, headers={"Content-Encoding": "gzip"})
    check_error(response, 415, "encoded_body", "Content-Encoding")


async def test_many_headers_are_too_many(http: httpx.AsyncClient) -> None:
    for headers in ({"X-Long": 17_000 * "x"}, {f"X-{number}": "x" * 100 for number in range(200)}):
        check_error(await http.get("/v1/info", headers=headers), 431, "headers_too_large")


async def test_info(http: httpx.AsyncClient) -> None:
    info = (await http.get("/v1/info")).json()
    assert info["protocol"] == {"min": 1, "max": 1}
    assert info["model"] == "test-model"
    assert "python" in info["languages"]


async def test_the_contract_is_published(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    assert {"/v1/jobs", "/v1/jobs/{job_id}/events", "/v1/judge"} <= document["paths"].keys()
    schemas = document["components"]["schemas"]
    assert "return" in schemas["SolveRequest"]["properties"]
    # Errors have one shape, and it is the one that is published.
    assert "HTTPValidationError" not in schemas
    for path, routes in document["paths"].items():
        for route in routes.values():
            for status in ("4XX", "5XX"):
                (error,) = route["responses"][status]["content"].values()
                assert error["schema"] == {"$ref": "#/components/schemas/ErrorReply"}
            assert ("security" in route) == (path not in ("/health", "/ready"))
    events = document["paths"]["/v1/jobs/{job_id}/events"]["get"]
    assert list(events["responses"]["200"]["content"]) == ["text/event-stream"]
    assert {parameter["name"] for parameter in events["parameters"]} == {"job_id", "after", "last-event-id"}


@pytest.mark.parametrize(
    ("code", "verdict", "case"),
    [
        ("print(int(input()) + 1)", "AC", "AC"),
        ("print(0)", "WA", "WA"),
        ("raise SystemExit(3)", "RE", "RE"),
    ],
)
async def test_a_program_is_judged(http: httpx.AsyncClient, code: str, verdict: str, case: str) -> None:
    reply = (await http.post("/v1/judge", json=JUDGE | {"code": code})).json()
    assert reply["verdict"] == verdict
    assert [(c["index"], c["verdict"]) for c in reply["cases"]] == [(1, case)]
    assert (reply["cases"][0]["difference"] is not None) == (case == "WA")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"language": "cobol"}, "language"),
        ({"checker": {"kind": "program"}}, "checker.kind"),
        ({"time_limit_ms": 0}, "time_limit_ms"),
        ({"code": "\udc00"}, "code"),
        ({"cases": [{"input": "", "output": "\ud800"}]}, "cases.0.output"),
    ],
)
async def test_a_judge_requests_field_at_fault_is_named(
    http: httpx.AsyncClient, change: dict[str, object], param: str
) -> None:
    check_error(await http.post("/v1/judge", **ascii_json(JUDGE | change)), 422, "invalid_value", param)
