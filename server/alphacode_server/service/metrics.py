"""What this process has done and is doing, for Prometheus. The only file that names its client library.

Counters of jobs that run are read from them, so that they move while a job does.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from alphacode_sandbox import Meter, Slots
from alphacode_server.candidate import Sample
from alphacode_server.protocol import JobCompleted
from alphacode_server.service.job import Job

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of the format that every version of Prometheus reads."""


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand when the metrics are asked for."""

    running: Collection[Job]
    n_queued: int
    n_turns: int
    n_turns_waiting: int
    n_unwritten: int
    slots: Slots
    n_restarts: int
    is_ready: bool


class Metrics:
    """What this process has done since it started."""

    def __init__(self) -> None:
        self._jobs: Counter[str] = Counter()
        self._samples: Counter[str] = Counter()
        self._phase_s: dict[str, float] = {}
        self._n_clusters = self._n_drawn = self._n_tokens = 0
        self._of_jobs, self._of_judging = Meter(), Meter()

    def count(self, job: Job) -> None:
        """Add a job that has ended."""
        self._jobs[job.status] += 1
        self._samples.update(_outcomes(job))
        self._n_clusters += job.counts.clusters
        _add(self._of_jobs, job.meter)
        if isinstance(job.last_event, JobCompleted):
            for phase, seconds in job.last_event.result.timings.items():
                self._phase_s[phase] = self._phase_s.get(phase, 0.0) + seconds

    def count_sample(self, sample: Sample) -> None:
        """Add a sample that was just drawn."""
        self._n_drawn += 1
        self._n_tokens += sample.n_tokens or 0

    def count_judging(self, meter: Meter) -> None:
        """Add what a program used that was judged for an editor."""
        _add(self._of_judging, meter)

    def text(self, now: Now) -> bytes:
        """Everything, in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Families(self._families(now)))
        ProcessCollector(registry=registry)
        return generate_latest(registry)

    def _families(self, now: Now) -> Iterator[Metric]:
        live = [job for job in now.running if not job.over.is_set()]
        samples, of_jobs = self._samples.copy(), Meter()
        _add(of_jobs, self._of_jobs)
        for job in live:
            samples.update(_outcomes(job))
            _add(of_jobs, job.meter)
        kills = of_jobs.kills + self._of_judging.kills
        cpu_s = {"job": of_jobs.cpu_s, "judge": self._of_judging.cpu_s}
        slots = now.slots
        yield _counter("jobs", "Jobs that have ended.", self._jobs, "status")
        yield _counter("samples", "Programs of jobs, by how far they came.", samples, "outcome")
        yield _counter("clusters", "Clusters of jobs that have ended.", self._n_clusters)
        yield _counter("drawn", "Samples that the model wrote in this process.", self._n_drawn)
        yield _counter("tokens", "Tokens of the samples that the model wrote in this process.", self._n_tokens)
        yield _counter("engine_restarts", "Times the model's engine died and was started again.", now.n_restarts)
        yield _counter("phase_seconds", "Time of jobs that were completed.", self._phase_s, "phase")
        yield _counter("sandbox_seconds", "CPU time of programs.", cpu_s, "use")
        yield _counter("sandbox_kills", "Runs that were killed, by the bound they came up against.", kills, "reason")
        yield _gauge("running_jobs", "Jobs that run.", len(live))
        yield _gauge("queued_jobs", "Jobs that wait for their turn.", now.n_queued)
        yield _gauge("engine_turns", "Hands of jobs that the engine draws.", now.n_turns)
        yield _gauge("engine_turns_waiting", "Hands of jobs that wait for the engine.", now.n_turns_waiting)
        yield _gauge("sandbox_running", "Commands that run in the sandbox.", slots.n_running)
        yield _gauge("sandbox_waiting", "Commands that wait for a place in the sandbox.", slots.n_waiting)
        yield _gauge("sandbox_free", "Places in the sandbox that nobody uses.", slots.workers - slots.n_running)
        yield _gauge("store_waiting", "Writes that wait for the store.", now.n_unwritten)
        yield _gauge("ready", "1 when jobs are taken.", now.is_ready)


class _Families(Collector):
    def __init__(self, families: Iterator[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families


def _outcomes(job: Job) -> dict[str, int]:
    counts = job.counts
    return {
        "sampled": counts.sampled,
        "distinct": counts.distinct,
        "compiled": counts.compiled,
        "passing": counts.passing,
    }


def _add(total: Meter, meter: Meter) -> None:
    total.cpu_s += meter.cpu_s
    total.kills += meter.kills


def _counter(name: str, text: str, value: float | Mapping[str, float], label: str | None = None) -> CounterMetricFamily:
    family = CounterMetricFamily(f"alphacode_{name}", text, labels=[label] if label else None)
    for key, number in value.items() if isinstance(value, Mapping) else [("", value)]:
        family.add_metric([key] if label else [], number)
    return family


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"alphacode_{name}", text, value)
