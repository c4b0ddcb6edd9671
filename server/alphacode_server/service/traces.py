"""Traces of jobs, for OpenTelemetry. The only file that names its packages.

A trace is made from the log of a job that has ended: it costs a running job nothing, and covers its restarts.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from alphacode_server.protocol import JobCancelled, JobFailed, PhaseProgress
from alphacode_server.service.errors import ServeError
from alphacode_server.service.job import Job
from alphacode_server.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

TIMEOUT_S = 5
"""For a collector to take a batch, and for the last one when the backend ends."""


class Traces:
    """Sends a span for each job, with one for each of its phases, to a collector. Neither holds what users wrote."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("alphacode", VERSION)

    def add(self, job: Job) -> None:
        """Hand over the trace of a job that has ended; a thread sends it."""
        from opentelemetry.trace import Status, StatusCode, set_span_in_context

        counts = job.counts
        whole = self._tracer.start_span(
            "job",
            start_time=_ns(job.record.created_at),
            attributes={
                "alphacode.job": job.id,
                "alphacode.request": job.record.request_id,
                "alphacode.model": job.record.model,
                "alphacode.strategy": job.request.strategy or "default",
                "alphacode.language": job.request.language,
                "alphacode.status": job.status,
                "alphacode.samples": counts.sampled,
                "alphacode.passing": counts.passing,
                "alphacode.clusters": counts.clusters,
            },
        )
        for name, began, ended in _phases(job):
            phase = self._tracer.start_span(name, set_span_in_context(whole), start_time=_ns(began))
            phase.end(_ns(ended))
        match job.last_event:
            case JobFailed(error=error):
                whole.set_status(Status(StatusCode.ERROR, error.code))
            case JobCancelled(by=by):
                whole.set_attribute("alphacode.cancelled_by", by)
        whole.end(_ns(job.ended_at))

    async def aclose(self) -> None:
        """Send what is left, for as long as a collector that does not answer is waited for."""
        await asyncio.to_thread(self._provider.shutdown)


def open_traces(endpoint: str) -> Traces:
    """Traces that go over HTTP to a collector, to its `/v1/traces` unless the endpoint has a path of its own.

    Headers and certificates are those of OpenTelemetry's variables, `OTEL_EXPORTER_OTLP_*`. Raises ServeError.
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        message = f"--otlp-endpoint is a collector's address, for instance http://127.0.0.1:4318, not {endpoint!r}"
        raise ServeError(message)
    url = endpoint if parts.path.strip("/") else urlunsplit(parts._replace(path="/v1/traces"))
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ServeError(f"{error.name} is missing; install it: pip install 'alphacode-lsp[otel]'") from error
    resource = Resource.create({"service.name": "alphacode", "service.version": VERSION})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(url, timeout=TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=1000 * TIMEOUT_S))
    return Traces(provider)


def _phases(job: Job) -> Iterator[tuple[str, float, float]]:
    """Name, first and last report of each phase, in Unix seconds."""
    found: dict[str, tuple[float, float]] = {}
    for entry in job.entries:
        if entry.type == PhaseProgress.TYPE:
            name = json.loads(entry.data)["name"]
            began, _ = found.get(name, (entry.at, entry.at))
            found[name] = began, entry.at
    for name, (began, ended) in found.items():
        yield name, began, ended


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
