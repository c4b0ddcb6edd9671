"""The jobs that can be asked for: by id or by idempotency key, until they have ended long enough ago."""

import time
from collections import deque
from time import monotonic

from alphacode_server.service.job import Job
from alphacode_server.service.policy import JobPolicy
from alphacode_server.service.store import Store


class Remembered:
    """What is forgotten here is forgotten in the store."""

    def __init__(self, policy: JobPolicy, store: Store) -> None:
        self._policy = policy
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._ended: deque[tuple[float, Job]] = deque()

    def enter(self, job: Job) -> None:
        self._jobs[job.id] = job
        if job.record.key is not None:
            self._keys[job.record.owner, job.record.key] = job.id

    def get(self, job_id: str) -> Job | None:
        self._forget_old()
        return self._jobs.get(job_id)

    def by_key(self, owner: str, key: str) -> Job | None:
        """The job that this owner made with this key."""
        self._forget_old()
        return self._jobs.get(self._keys.get((owner, key), ""))

    def end(self, job: Job) -> bool:
        """From now on the job's days are numbered. False for one that never entered."""
        if job.id not in self._jobs:
            return False
        # Of a job of an earlier process the wall clock knows how long ago that was, if nobody has set it back.
        self._ended.append((monotonic() - max(0.0, time.time() - job.ended_at), job))
        self._forget_old()
        return True

    def _forget_old(self) -> None:
        policy, forgotten = self._policy, list[str]()
        n_bytes = sum(job.n_bytes for _, job in self._ended)
        while self._ended:
            ended_at, job = self._ended[0]
            is_too_old = monotonic() - ended_at > policy.keep_s
            if not (is_too_old or len(self._ended) > policy.keep_jobs or n_bytes > policy.keep_bytes):
                break
            self._ended.popleft()
            n_bytes -= job.n_bytes
            self._jobs.pop(job.id, None)
            forgotten.append(job.id)
        if forgotten:
            self._keys = {key: job_id for key, job_id in self._keys.items() if job_id in self._jobs}
            self._store.forget(forgotten)
