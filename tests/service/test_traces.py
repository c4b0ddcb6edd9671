"""What OpenTelemetry's collector gets of a backend that works."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from alphacode_sandbox import Judge
from alphacode_server.protocol import SamplingBody, SolveEvent, SolveRequest
from alphacode_server.protocol.client import BackendClient
from alphacode_server.samplers import SamplerError, open_sampler
from alphacode_server.service import Jobs, ServeError
from alphacode_server.service.search import search
from alphacode_server.service.traces import open_traces
from tests.service.conftest import Gated
from tests.service.processes import backend, recording

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Collector:
    """Takes what OpenTelemetry's exporter sends."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.path == "/v1/traces"
                collector.raw += body
                request = ExportTraceServiceRequest.FromString(body)
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans.extend(scope.spans)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def attributes(span: Span) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


async def test_a_job_is_a_trace_with_a_span_for_each_phase(
    collector: Collector, judge: Judge, request_body: SolveRequest, tmp_path: Path
) -> None:
    programs = ["print(int(input()) + 1)", "print(1 + int(input()))", "print(0)"]
    sampler = await open_sampler(recording(tmp_path / "recording.jsonl", programs))
    traces = open_traces(collector.url)
    jobs = Jobs(partial(search, sampler=sampler, judge=judge), traces=traces)
    job, _ = await jobs.submit(request_body, "test-model", "request-1")
    await job.over.wait()
    await jobs.close()
    await traces.aclose()

    spans = {span.name: span for span in collector.spans}
    assert {"job", "sample", "generate_inputs", "cluster"} <= spans.keys()
    whole = spans.pop("job")
    told = attributes(whole)
    assert (told["alphacode.job"], told["alphacode.request"]) == (job.id, "request-1")
    assert (told["alphacode.status"], told["alphacode.samples"], told["alphacode.passing"]) == ("completed", 3, 2)
    for phase in spans.values():
        assert (phase.trace_id, phase.parent_span_id) == (whole.trace_id, whole.span_id)
        assert whole.start_time_unix_nano <= phase.start_time_unix_nano <= phase.end_time_unix_nano
        assert phase.end_time_unix_nano <= whole.end_time_unix_nano
    assert request_body.problem.statement.encode() not in collector.raw
    assert b"print(" not in collector.raw


async def test_a_trace_tells_how_its_job_ended(collector: Collector, gated: Gated, request_body: SolveRequest) -> None:
    async def broken(request: SolveRequest, journal: object) -> AsyncGenerator[SolveEvent, None]:
        raise SamplerError("the engine is gone")
        yield

    traces = open_traces(collector.url)
    for search_ in (broken, gated):
        jobs = Jobs(search_, traces=traces)
        job, _ = await jobs.submit(request_body, "test-model", "request-1")
        if search_ is gated:
            await gated.half_way.wait()
            await jobs.cancel(job)
        await job.over.wait()
        await jobs.close()
    await traces.aclose()
    failed, cancelled = [span for span in collector.spans if span.name == "job"]
    assert (failed.status.code, failed.status.message) == (Status.STATUS_CODE_ERROR, "engine_failed")
    assert attributes(cancelled)["alphacode.cancelled_by"] == "client"


async def test_a_backend_sends_what_is_left_when_it_ends(
    collector: Collector, request_body: SolveRequest, tmp_path: Path
) -> None:
    sampler = recording(tmp_path / "recording.jsonl", ["print(int(input()) + 1)"])
    arguments = ("--store", "none", "--sampler", sampler, "--otlp-endpoint", f"{collector.url}/")
    async with backend(*arguments) as running, BackendClient(running.url) as client:
        job = await client.submit(SolveRequest(request_body.problem, sampling=SamplingBody(1)))
        async for _ in client.events(job):
            pass
        await running.end()
    assert [span.name for span in collector.spans].count("job") == 1


async def test_a_collector_that_is_not_there_holds_nothing_up(gated: Gated, request_body: SolveRequest) -> None:
    traces = open_traces("http://127.0.0.1:9")
    jobs = Jobs(gated, traces=traces)
    gated.gate.set()
    job, _ = await jobs.submit(request_body, "test-model", "request-1")
    await asyncio.wait_for(job.over.wait(), 5)
    await jobs.close()
    began = monotonic()
    await traces.aclose()
    assert monotonic() - began < 15


@pytest.mark.parametrize("endpoint", ["localhost:4318", "http://", "grpc://host:4317"])
async def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ServeError, match="--otlp-endpoint is a collector's address"):
        open_traces(endpoint)
