"""The HTTP app: routes, and the JSON in and out of them. Chooses neither model nor sandbox.

POST   /v1/jobs              a new job: 202 with its snapshot, or its events where the client accepts a stream
GET    /v1/jobs/{id}         its snapshot
GET    /v1/jobs/{id}/events  its events after Last-Event-ID or ?after=N
DELETE /v1/jobs/{id}         stop it (also POST /v1/jobs/{id}/cancel)
POST   /v1/judge             run one program on given cases
GET    /v1/info              what this backend is and can do
GET    /health, /ready, /metrics
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route

from alphacode_sandbox import Judge, SandboxError, metered
from alphacode_server.protocol import (
    PROTOCOL_VERSION,
    Info,
    JobSnapshot,
    JudgeReply,
    JudgeRequest,
    Readiness,
    SolveRequest,
)
from alphacode_server.protocol.address import is_loopback
from alphacode_server.samplers import Sampler
from alphacode_server.service.access import Access, MetricsReader, Reader, Submitter
from alphacode_server.service.admission import Caps, admitted, check_judge_request
from alphacode_server.service.answer import Answer
from alphacode_server.service.errors import ErrorReply, Refusal
from alphacode_server.service.guard import MAX_BODY_BYTES, Guard
from alphacode_server.service.job import Job
from alphacode_server.service.jobs import Jobs
from alphacode_server.service.judging import judged
from alphacode_server.service.metrics import CONTENT_TYPE, Now
from alphacode_server.version import VERSION

CAPABILITIES = ("jobs", "events", "resume", "cancel", "detach", "idempotency", "judge")
_KNOWN = "The job that this Idempotency-Key made before; or, where the client accepts a stream, the job's events."
_JSON_ERROR: dict[str, Any] = {
    "description": "An error, in JSON even where the answer would not be.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorReply"}}},
}
HEARTBEAT_S = 10
RETRY_MS = 2000

Result = TypeVar("Result")


@dataclass(slots=True)
class Services:
    """What the app serves. The model may still be loading: `readiness` and `model` change when it has."""

    jobs: Jobs
    judge: Judge
    readiness: Readiness = field(default_factory=lambda: Readiness("ready"))
    model: str = ""
    sampler: Sampler | None = None
    """For its metrics; jobs have their own way to it."""
    caps: Caps = field(default_factory=Caps)
    is_our_host: Callable[[str], bool] = is_loopback
    loading_since: float = field(default_factory=monotonic)

    @property
    def readiness_now(self) -> Readiness:
        """With how long its loading has taken so far."""
        if self.readiness.status != "loading":
            return self.readiness
        return replace(self.readiness, elapsed_s=round(monotonic() - self.loading_since, 1))


def create_app(services: Services) -> FastAPI:
    """The app. Its jobs run on the event loop that serves it."""
    app = FastAPI(
        title="AlphaCode backend",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": ErrorReply}, "5XX": {"model": ErrorReply}},
    )
    app.add_middleware(Guard, is_our_host=services.is_our_host, access=Access(services.jobs.store))
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    _add_job_routes(app, services)
    _add_other_routes(app, services)
    return app


def _add_job_routes(app: FastAPI, services: Services) -> None:
    jobs = services.jobs

    @app.post(
        "/v1/jobs",
        status_code=202,
        response_model=JobSnapshot,
        responses={200: {"model": JobSnapshot, "description": _KNOWN, "content": {"text/event-stream": {}}}},
    )
    async def create_job(
        request: Request,
        body: SolveRequest,
        caller: Submitter,
        accept: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str | None, Header(max_length=256)] = None,
    ) -> Response:
        _refuse_unless_ready(services.readiness_now)
        solve_request = admitted(body, services.judge.languages, services.caps)
        job, is_new = await jobs.submit(
            solve_request, services.model, request.state.request_id, idempotency_key, caller
        )
        headers = {"Location": f"/v1/jobs/{job.id}"}
        if "text/event-stream" in accept:
            return _stream(job, 0, headers)
        return Answer(job.snapshot, 202 if is_new else 200, headers)

    @app.get("/v1/jobs/{job_id}", response_model=JobSnapshot)
    async def show_job(job_id: str, caller: Reader) -> Response:
        job = jobs.get(job_id, caller)
        job.touch()
        return Answer(job.snapshot)

    @app.get(
        "/v1/jobs/{job_id}/events",
        response_class=EventSourceResponse,
        responses={
            200: {"description": "Events; docs/protocol.md lists them.", "content": {"text/event-stream": {}}},
            204: {"description": "The job has ended, and its last event was seen."},
        },
    )
    async def follow_job(
        job_id: str,
        caller: Reader,
        after: Annotated[int, Query(ge=0)] = 0,
        last_event_id: Annotated[int | None, Header(ge=0)] = None,
    ) -> Response:
        job = jobs.get(job_id, caller)
        seen = after if last_event_id is None else last_event_id
        if seen > job.last_event_id:
            param = "after" if last_event_id is None else "Last-Event-ID"
            raise Refusal(422, "invalid_value", f"{param}: the job's last event is {job.last_event_id}", param)
        if job.over.is_set() and seen == job.last_event_id:
            return Response(status_code=204)
        return _stream(job, seen, {})

    @app.delete("/v1/jobs/{job_id}", response_model=JobSnapshot)
    @app.post("/v1/jobs/{job_id}/cancel", response_model=JobSnapshot)
    async def cancel_job(job_id: str, caller: Submitter) -> Response:
        job = jobs.get(job_id, caller)
        await jobs.cancel(job)
        return Answer(job.snapshot)


def _add_other_routes(app: FastAPI, services: Services) -> None:
    @app.post("/v1/judge", response_model=JudgeReply)
    async def judge_program(request: Request, body: JudgeRequest, caller: Submitter) -> Response:
        check_judge_request(body, services.judge.languages)
        jobs = services.jobs
        jobs.ledger.check_sandbox(caller)
        with metered() as meter:
            try:
                reply = await _while_connected(request, judged(body, services.judge))
            except SandboxError as error:
                raise Refusal(500, "sandbox_failed", str(error)) from error
            finally:
                jobs.store.charge(jobs.ledger.note(caller.owner, 0, meter.cpu_s))
                jobs.metrics.count_judging(meter)
        return Answer(reply)

    @app.get("/v1/info", response_model=Info)
    async def info(caller: Reader) -> Response:
        del caller
        return Answer(_info(services))

    @app.get("/health")
    async def health() -> Response:
        return Answer({"status": "ok"})

    @app.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
    async def ready() -> Response:
        readiness = services.readiness_now
        is_ready = readiness.status == "ready"
        headers = None if is_ready else {"Retry-After": "2"}
        return Answer(readiness, 200 if is_ready else 503, headers)

    @app.get("/metrics", response_class=PlainTextResponse, responses={"4XX": _JSON_ERROR, "5XX": _JSON_ERROR})
    async def metrics(caller: MetricsReader) -> Response:
        del caller
        jobs, sampler = services.jobs, services.sampler
        now = Now(
            jobs.running,
            jobs.n_queued,
            jobs.turns.n_taken,
            jobs.turns.n_waiting,
            jobs.store.n_waiting,
            services.judge.slots,
            sampler.n_restarts if sampler else 0,
            services.readiness.status == "ready",
        )
        return PlainTextResponse(jobs.metrics.text(now), media_type=CONTENT_TYPE)


def _info(services: Services) -> Info:
    caps = services.caps
    return Info(
        server="alphacode",
        version=VERSION,
        protocol={"min": PROTOCOL_VERSION, "max": PROTOCOL_VERSION},
        capabilities=(*CAPABILITIES, "durable") if services.jobs.store.lasts else CAPABILITIES,
        model=services.model,
        languages=services.judge.languages,
        isolation=services.judge.isolation,
        limits={
            "max_samples": caps.max_samples,
            "max_candidates": caps.max_candidates,
            "max_body_bytes": MAX_BODY_BYTES,
            "max_queued": services.jobs.policy.max_queued,
        },
        gpus=services.sampler.gpus if services.sampler else (),
    )


def _stream(job: Job, after: int, headers: dict[str, str]) -> EventSourceResponse:
    async def events() -> AsyncGenerator[ServerSentEvent, None]:
        yield ServerSentEvent(retry=RETRY_MS, sep="\n")
        entries = job.follow(after)
        try:
            async for entry in entries:
                yield ServerSentEvent(entry.data, event=entry.type, id=str(entry.id), sep="\n")
        finally:
            await entries.aclose()

    return EventSourceResponse(
        events(),
        headers=headers,
        ping=HEARTBEAT_S,
        ping_message_factory=lambda: ServerSentEvent(comment="heartbeat", sep="\n"),
    )


async def _while_connected(request: Request, work: Coroutine[None, None, Result]) -> Result:
    """The result of the work, which is cancelled when the client leaves: nobody waits for it then."""
    task = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((task, leaving), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise Refusal(499, "client_left", "the client closed the connection")
    finally:
        leaving.cancel()
        task.cancel()
        await asyncio.wait((task, leaving))


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse_unless_ready(readiness: Readiness) -> None:
    match readiness.status:
        case "loading":
            since = "" if readiness.elapsed_s is None else f", for {readiness.elapsed_s:.0f} s now"
            message = f"the backend is starting: {readiness.message or 'its model is loading'}{since}"
            raise Refusal(503, "loading", message).later(2)
        case "failed":
            raise Refusal(503, "engine_failed", f"the backend has no model: {readiness.message}")
        case "stopping":
            raise Refusal(503, "stopping", "the backend is stopping and takes no new jobs")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error.response(request.state.request_id)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place, *path = first["loc"]
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", first["msg"])
        refusal = Refusal(422, "invalid_json", f"the body is not JSON: {reason} at character {path[0]}")
    elif not path:
        refusal = Refusal(422, "invalid_value", f"the body must be a JSON object: {first['msg']}")
    else:
        name = ".".join(str(part) for part in path)
        param = name if place != "header" else re.sub("-Id$", "-ID", name.title())
        refusal = Refusal(422, "invalid_value", f"{param}: {first['msg']}", param)
    return refusal.response(request.state.request_id)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {400: "invalid_body", 404: "not_found", 405: "method_not_allowed"}
    message = f"{request.method} {request.url.path}: {error.detail}"
    code = codes.get(error.status_code, "http_error")
    response = Refusal(error.status_code, code, message).response(request.state.request_id)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        # Each method of a path is a route of its own, and knows of no other.
        matching = [
            route
            for route in request.app.routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        ]
        response.headers["Allow"] = ", ".join(sorted({method for route in matching for method in route.methods or ()}))
    return response
