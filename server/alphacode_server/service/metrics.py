"""A few counters in Prometheus' text format."""

from collections import Counter
from collections.abc import Iterator, Mapping

from alphacode_server.protocol import JobCompleted
from alphacode_server.service.job import Job


class Metrics:
    """What this process has done since it started."""

    def __init__(self) -> None:
        self._jobs: Counter[str] = Counter()
        self._samples: Counter[str] = Counter()
        self._phase_s: Counter[str] = Counter()
        self._sandbox_s = {"job": 0.0, "judge": 0.0}

    def count(self, job: Job) -> None:
        """Add a job that has ended."""
        self._jobs[job.status] += 1
        self._sandbox_s["job"] += job.meter.cpu_s
        counts = job.counts
        outcomes = {"sampled": counts.sampled, "compiled": counts.compiled, "passing": counts.passing}
        self._samples.update(outcomes)
        if isinstance(job.last_event, JobCompleted):
            self._phase_s.update(job.last_event.result.timings)

    def count_judging(self, cpu_s: float) -> None:
        """Add what a program used that was judged for an editor."""
        self._sandbox_s["judge"] += cpu_s

    def text(self, n_running: int, n_queued: int) -> str:
        return "\n".join(
            [
                *_family("alphacode_jobs_total", "counter", "Ended jobs.", "status", self._jobs),
                *_family("alphacode_samples_total", "counter", "Programs of ended jobs.", "outcome", self._samples),
                *_family("alphacode_phase_seconds_total", "counter", "Time of completed jobs.", "phase", self._phase_s),
                *_family("alphacode_sandbox_seconds_total", "counter", "CPU of programs.", "use", self._sandbox_s),
                *_family("alphacode_jobs", "gauge", "Jobs now.", "status", {"running": n_running, "queued": n_queued}),
                "",
            ]
        )


def _family(name: str, kind: str, text: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"
    for value, number in sorted(values.items()):
        yield f'{name}{{{label}="{value}"}} {number:g}'
