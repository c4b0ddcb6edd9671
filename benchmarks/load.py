"""Many jobs at once on one backend: samples a second, how late events reach their client, and memory.

    python benchmarks/load.py [--jobs N] [--samples N] [--distinct N]

The backend is a process of its own over a recording, with SQLite for its jobs, and judges for real; every job has a
client that follows it. One job by itself comes first: the ratio says what the others cost it. An event's delay is from
the moment that it is appended to a job's log until its client has read it.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.protocol import ExampleBody, JobCompleted, ProblemBody, SamplingBody, SolveRequest
from alphacode_server.protocol.client import BackendClient
from alphacode_server.service.store import open_store

N_JOBS = 50
N_SAMPLES = 1000
N_DISTINCT = 100
"""Programs of a job that are run; the rest repeat them, as a model's samples do."""


@dataclass(frozen=True, slots=True)
class Load:
    """What some jobs at once have come to."""

    n_jobs: int
    wall_s: float
    n_samples: int
    n_failed: int
    delays_ms: tuple[float, ...]
    """Of all events, sorted."""
    peak_mb: float
    """Of the backend's process, so far."""

    def delay_ms(self, share: float) -> float:
        return self.delays_ms[min(len(self.delays_ms) - 1, int(share * len(self.delays_ms)))]

    def row(self, alone: "Load") -> str:
        rate = self.n_samples / self.wall_s
        return (
            f"{self.n_jobs:>5} {self.wall_s:>8.1f} {rate:>10.0f} {rate / (alone.n_samples / alone.wall_s):>6.2f} "
            f"{len(self.delays_ms):>7} {self.delay_ms(0.5):>8.1f} {self.delay_ms(0.99):>8.1f} {self.peak_mb:>8.0f} "
            f"{self.n_failed:>7}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=N_JOBS)
    parser.add_argument("--samples", type=int, default=N_SAMPLES)
    parser.add_argument("--distinct", type=int, default=N_DISTINCT)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loads = asyncio.run(measure(Path(folder), args.jobs, args.samples, args.distinct))
    print(f"{args.samples} samples a job, {args.distinct} of them distinct; {os.cpu_count()} processors\n")
    print(" jobs  wall s  samples/s  ratio  events  p50 ms   p99 ms  peak MB  failed")
    for load in loads:
        print(load.row(loads[0]))
    sys.exit(any(load.n_failed for load in loads))


async def measure(folder: Path, n_jobs: int, n_samples: int, n_distinct: int) -> list[Load]:
    """One job alone, and then all of them."""
    recording, store = folder / "recording.jsonl", folder / "jobs.db"
    codes = [f"print(int(input()) + 1 + 0 * {number % n_distinct})" for number in range(n_samples)]
    lines = [json.dumps({"language": "python", "code": code}) for code in codes]
    recording.write_text("\n".join(lines), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "alphacode_server.cli", "serve", "--port", "0", "--sampler", f"replay:{recording}",
        "--store", str(store), "--max-running", str(n_jobs), "--max-queued", str(n_jobs), "--log-level", "warning",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        url = await address_of(process)
        arrivals: dict[tuple[str, int], float] = {}
        loads = []
        for n in (1, n_jobs):
            before, began = len(arrivals), time.perf_counter()
            counts = await asyncio.gather(*(follow(url, n_samples, arrivals) for _ in range(n)))
            wall_s = time.perf_counter() - began
            delays = await delays_of(store, dict(list(arrivals.items())[before:]))
            drawn = [count for count in counts if count is not None]
            loads.append(Load(n, wall_s, sum(drawn), n - len(drawn), delays, peak_mb(process.pid)))
        return loads
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def address_of(process: asyncio.subprocess.Process) -> str:
    """The URL, as soon as the model is ready."""
    url, said = "", b""
    assert process.stderr
    async for line in process.stderr:
        said += line
        if b"AlphaCode backend on " in line:
            url = line.decode().split()[-1]
        if b"ready" in line:
            return url
    raise SystemExit(f"the backend ended: {said.decode()}")


async def follow(url: str, n_samples: int, arrivals: dict[tuple[str, int], float]) -> int | None:
    """Solve, note when each event was read, and return how many samples there were; None where the job failed."""
    problem = ProblemBody("Next", "Print the next number.", (ExampleBody("1\n", "2\n"),))
    request = SolveRequest(problem, language="python", sampling=SamplingBody(n=n_samples, seed=1, early_stop=False))
    async with BackendClient(url) as client:
        job = await client.submit(request)
        async for number, event in client.events(job):
            arrivals[job, number] = time.time()
            if isinstance(event, JobCompleted):
                return event.result.counts.sampled
    return None


async def delays_of(store: Path, arrivals: dict[tuple[str, int], float]) -> tuple[float, ...]:
    """In milliseconds, sorted."""
    kept = await open_store(str(store), alone=False)
    try:
        appended = {(job.record.id, entry.id): entry.at for job in await kept.jobs() for entry in job.entries}
    finally:
        await kept.aclose()
    return tuple(sorted(1000 * (at - appended[key]) for key, at in arrivals.items() if key in appended))


def peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
