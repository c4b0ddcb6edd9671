"""The jobs of this backend: started in turn, stopped, and remembered for a while after their end.

queued -> running -> completed | failed | cancelled
  `------------------------------------------^

In a store that lasts, jobs outlive the process: `restore` finds them, `go_on` starts those that had not ended.
"""

import asyncio
import logging
import math
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from functools import partial
from statistics import mean
from time import monotonic

from alphacode_sandbox import SandboxError, metered
from alphacode_server.protocol import (
    PROTOCOL_VERSION,
    TERMINAL,
    ErrorBody,
    JobAccepted,
    JobCancelled,
    JobFailed,
    JobQueued,
    SolveEvent,
    SolveRequest,
)
from alphacode_server.samplers import SamplerError
from alphacode_server.service.access import ANYBODY, Caller
from alphacode_server.service.errors import Refusal
from alphacode_server.service.fair_share import FairShare
from alphacode_server.service.job import Job
from alphacode_server.service.journal import Journal
from alphacode_server.service.metrics import Metrics
from alphacode_server.service.policy import JobPolicy
from alphacode_server.service.quotas import Ledger
from alphacode_server.service.remembered import Remembered
from alphacode_server.service.requests import body_hash, request_from, request_json, with_seed
from alphacode_server.service.store import JobRecord, MemoryStore, Store, StoreError, Usage
from alphacode_server.service.traces import Traces

Search = Callable[[SolveRequest, Journal], AsyncGenerator[SolveEvent, None]]
"""Yields a request's events up to its JobCompleted; closing or cancelling it stops everything it started.

What it draws goes through the journal, so that the same request may be begun again in another process."""

_FOREVER_S = 30 * 24 * 3600.0

log = logging.getLogger(__name__)


class Jobs:
    """All jobs by id. Lives on one event loop."""

    def __init__(
        self,
        search: Search,
        policy: JobPolicy | None = None,
        metrics: Metrics | None = None,
        store: Store | None = None,
        traces: Traces | None = None,
    ) -> None:
        self.metrics = metrics or Metrics()
        self.policy = policy or JobPolicy()
        self.store = store or MemoryStore()
        self.ledger = Ledger(self.store)
        self.turns = FairShare()
        self._search = search
        self._traces = traces
        self._boot = secrets.token_hex(3)
        self._remembered = Remembered(self.policy, self.store)
        self._waiting: deque[Job] = deque()
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._stopped_by: dict[Job, str] = {}
        self._accepting: list[Job] = []
        """Those that are just being kept for the first time."""
        self._durations_s: deque[float] = deque(maxlen=16)
        """Of the last jobs."""
        self._is_held = False
        self._is_closed = False

    @property
    def n_queued(self) -> int:
        return len(self._waiting)

    @property
    def n_running(self) -> int:
        return len(self._running)

    @property
    def running(self) -> Collection[Job]:
        """Those that have begun and whose tasks have not ended."""
        return self._running.keys()

    async def submit(
        self,
        request: SolveRequest,
        model: str,
        request_id: str,
        key: str | None = None,
        caller: Caller = ANYBODY,
    ) -> tuple[Job, bool]:
        """The job of the request, and whether it is new; an idempotency key that is known gives the job it made.

        Returns once the job is kept. Raises Refusal.
        """
        hashed = body_hash(request)
        if key is not None and (known := self._known(caller.owner, key)):
            if known.record.body_hash != hashed:
                raise Refusal(422, "idempotency_key_reused", "this key was used for another request", "Idempotency-Key")
            return known, False
        if self._is_closed:
            raise Refusal(503, "stopping", "the backend is stopping and takes no new jobs")
        if self.n_queued + len(self._accepting) >= self.policy.max_queued + self._n_free:
            raise Refusal(429, "queue_full", f"{self.n_queued} jobs are waiting already").later(30)
        self._check_quotas(caller, request)
        request = with_seed(request)
        job_id, now = f"{self._boot}-{secrets.token_hex(8)}", time.time()
        record = JobRecord(job_id, caller.owner, request_json(request), hashed, model, request_id, now, key)
        job = Job(record, request, self.store, self)
        self._accepting.append(job)
        try:
            await job.keep(JobAccepted(job.id, PROTOCOL_VERSION, model, request.sampling.n, request.language))
        except StoreError as error:
            raise Refusal(503, "storage_failed", f"the job was not taken on: {error}").later(30) from error
        finally:
            self._accepting.remove(job)
        fields = {**job.log_fields, "token": caller.name, "samples": request.sampling.n}
        log.info("job %s is taken on for %s [request %s]", job.id, caller.name or "anybody", request_id, extra=fields)
        self._remembered.enter(job)
        job.expect_listeners()
        self._waiting.append(job)
        self._start_waiting()
        if self._is_closed:
            self._let_go(job)
        elif job in self._waiting:
            self._tell_position(job, self.n_queued)
        return job, True

    def get(self, job_id: str, caller: Caller = ANYBODY) -> Job:
        """Raises Refusal (404) for a job that the caller may not see, as for one that there is not."""
        job = self._remembered.get(job_id)
        if job is None or not caller.may_see(job.record.owner):
            restarted = not (job_id.startswith(f"{self._boot}-") or self.store.lasts)
            why = "the backend was restarted since" if restarted else "it ended too long ago"
            raise Refusal(404, "job_not_found", f"no job {job_id!r}: unknown, or {why}; solve again")
        return job

    async def cancel(self, job: Job) -> None:
        """Stop a job and return when it is over, which takes 2 s at most."""
        if self._is_closed and job.has_ended and not job.over.is_set():
            raise Refusal(503, "stopping", "the backend is stopping, and goes on with the job when it is started again")
        self.stop(job, "client")
        await job.over.wait()

    def stop(self, job: Job, by: str) -> None:
        """Begin to stop a job. The first who does so is the one that the terminal event names."""
        if job.has_ended or job in self._stopped_by:
            return
        if job in self._waiting:
            self._withdraw(job)
            job.append(JobCancelled(by, job.candidates))
            return
        self._stopped_by[job] = by
        self._running[job].cancel()
        asyncio.get_running_loop().call_later(self.policy.stop_s, self._end_cancelled, job, by)

    async def restore(self) -> None:
        """Find the jobs of earlier processes. Those that had not ended wait for `go_on`. Raises StoreError."""
        self._is_held = True
        await self.ledger.load()
        ended: list[Job] = []
        for kept in await self.store.jobs():
            try:
                job = Job(kept.record, request_from(kept.record.request), self.store, self)
            except ValueError as error:
                log.warning("job %s of another version is forgotten: %s", kept.record.id, error)
                self.store.forget([kept.record.id])
                continue
            job.restore(kept.entries, kept.status)
            self._remembered.enter(job)
            if job.has_ended:
                ended.append(job)
            else:
                self._waiting.append(job)
        for job in sorted(ended, key=lambda job: job.ended_at):
            self._remembered.end(job)

    def go_on(self) -> None:
        """Start what `restore` has found: there is a model now."""
        self._is_held = False
        for job in self._waiting:
            job.expect_listeners()
        self._start_waiting()

    async def close(self, timeout_s: float = 5.0) -> None:
        """Take no more jobs, and stop every one; in a store that lasts they are left to the next process instead."""
        self._is_closed = True
        tasks = set(self._running.values())
        for job in [*self._waiting, *self._running]:
            self._let_go(job)
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=timeout_s)
            if pending:
                log.error("%d jobs were still cleaning up after %g s", len(pending), timeout_s)

    def _let_go(self, job: Job) -> None:
        if not self.store.lasts:
            self.stop(job, "server")
        elif job not in self._stopped_by:
            job.leave()
            if job in self._running:
                self._running[job].cancel()

    @property
    def _n_free(self) -> int:
        """Jobs that could start at once."""
        return max(0, self.policy.max_running - self.n_running)

    def _known(self, owner: str, key: str) -> Job | None:
        if any((job.record.owner, job.record.key) == (owner, key) for job in self._accepting):
            message = "the first request with this key is just being accepted"
            raise Refusal(409, "idempotency_key_in_use", message, "Idempotency-Key").later(1)
        return self._remembered.by_key(owner, key)

    def _check_quotas(self, caller: Caller, request: SolveRequest) -> None:
        live = [job for job in self._live if job.record.owner == caller.owner]
        self.ledger.check_jobs(caller, len(live))
        self.ledger.check_samples(caller, request.sampling.n, sum(job.request.sampling.n for job in live))
        self.ledger.check_sandbox(caller, sum(job.meter.cpu_s for job in live))

    @property
    def _live(self) -> list[Job]:
        return [job for job in (*self._accepting, *self._waiting, *self._running) if not job.has_ended]

    def _start_waiting(self) -> None:
        while self._waiting and self.n_running < self.policy.max_running and not (self._is_held or self._is_closed):
            job = self._waiting.popleft()
            job.status = "running"
            task = asyncio.create_task(self._run(job), name=f"job {job.id}")
            self._running[job] = task
            task.add_done_callback(partial(self._finished, job, monotonic()))
            self._renumber()

    def _withdraw(self, job: Job) -> None:
        position = self._waiting.index(job)
        self._waiting.remove(job)
        self._renumber(position)

    def _renumber(self, first: int = 0) -> None:
        for index, job in enumerate([*self._waiting][first:], start=first):
            self._tell_position(job, index + 1)

    def _tell_position(self, job: Job, position: int) -> None:
        """The wait is guessed from the jobs before; nothing is guessed while there were none."""
        n_turns = math.ceil(position / self.policy.max_running)
        eta_ms = round(1000 * mean(self._durations_s) * n_turns) if self._durations_s else None
        job.append(JobQueued(position, eta_ms))

    async def _run(self, job: Job) -> None:
        wall_ms = job.request.budget.wall_ms
        limit_s = _FOREVER_S if wall_ms is None else 2 * wall_ms / 1000 + self.policy.overrun_s
        out_of_time = asyncio.get_running_loop().call_later(limit_s, self.stop, job, "budget")
        try:
            weight = await self._weight(job.record.owner)
            with metered() as job.meter, self.turns.share(job.record.owner, weight) as share:
                journal = Journal(self.store, job.id, share, self.metrics.count_sample)
                async with aclosing(self._search(job.request, journal)) as events:
                    async for event in events:
                        await job.keep(event)
                        if isinstance(event, TERMINAL):
                            return
            raise RuntimeError("the search ended without a result")
        except StoreError as error:
            self._end_failed(job, "storage", "storage_failed", str(error))
        except SamplerError as error:
            self._end_failed(job, "engine", "engine_failed", str(error))
        except SandboxError as error:
            self._end_failed(job, "sandbox", "sandbox_failed", str(error))
        except Exception:
            # The boundary of a job: whatever broke in it must reach its client, and no other job.
            log.exception("job %s failed [request %s]", job.id, job.record.request_id, extra=job.log_fields)
            message = f"internal error; the backend's log has more under {job.record.request_id}"
            self._end_failed(job, "internal", "internal_error", message)
        finally:
            out_of_time.cancel()

    async def _weight(self, owner: str) -> float:
        token = await self.store.token(owner) if owner else None
        return token.quotas.weight if token else 1.0

    def _end_failed(self, job: Job, kind: str, code: str, message: str) -> None:
        if job.has_ended or job in self._stopped_by:
            return  # What breaks while a job is torn down is no failure of the job.
        request_id = job.record.request_id
        if kind != "internal":
            log.warning("job %s: %s [request %s]", job.id, message, request_id, extra=job.log_fields)
        job.append(JobFailed(ErrorBody(message, kind, code, request_id=request_id), job.candidates))

    def _end_cancelled(self, job: Job, by: str) -> None:
        if job.has_ended:
            return
        if job in self._running and not self._running[job].done():
            log.warning("job %s was stopped and still cleans up", job.id, extra=job.log_fields)
        job.append(JobCancelled(by, job.candidates))

    def _finished(self, job: Job, began: float, _: asyncio.Task[None]) -> None:
        """The job's task has ended, and with it everything that it started."""
        del self._running[job]
        self._durations_s.append(monotonic() - began)
        self._end_cancelled(job, self._stopped_by.pop(job, "server"))
        self._start_waiting()

    def abandoned(self, job: Job) -> None:
        """Nobody has listened or asked for the job's grace period."""
        self.stop(job, "disconnect")

    def settled(self, job: Job) -> Usage | None:
        """The job has ended: what its owner used."""
        return self.ledger.note(job.record.owner, job.counts.sampled, job.meter.cpu_s)

    def over(self, job: Job) -> None:
        """The job's terminal event is shown."""
        if job in self._waiting:
            self._withdraw(job)
        if self._remembered.end(job):
            self.metrics.count(job)
            if self._traces:
                self._traces.add(job)
            _log_end(job)


def _log_end(job: Job) -> None:
    seconds = round(max(0.0, job.ended_at - job.record.created_at), 3)
    counts = job.counts
    log.info(
        "job %s is %s after %g s: %d samples, %d passing [request %s]",
        job.id,
        job.status,
        seconds,
        counts.sampled,
        counts.passing,
        job.record.request_id,
        extra={
            **job.log_fields,
            "status": job.status,
            "samples": counts.sampled,
            "passing": counts.passing,
            "seconds": seconds,
        },
    )
