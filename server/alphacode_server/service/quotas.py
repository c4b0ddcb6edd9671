"""What tokens have used today, and whether there is enough left."""

import time
from datetime import UTC, datetime, timedelta

from alphacode_server.service.access import Caller
from alphacode_server.service.errors import Refusal
from alphacode_server.service.store import Store, Usage

_JOB_S = 30
"""When to ask again, in seconds, where a job has to end first."""


class Ledger:
    """What was used on the current day of UTC, by the token that used it. Read once, and written to from then on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._used: dict[tuple[str, str], Usage] = {}

    async def load(self) -> None:
        """Raises StoreError."""
        for usage in await self._store.usage(_today()):
            self._used[usage.owner, usage.day] = usage

    def used(self, owner: str) -> Usage:
        today = _today()
        return self._used.get((owner, today), Usage(owner, today))

    def note(self, owner: str, samples: int, sandbox_s: float) -> Usage:
        """Add to what was used today. What is returned is for the store to keep."""
        used = self.used(owner)
        self._used = {key: usage for key, usage in self._used.items() if usage.day == used.day}
        added = Usage(owner, used.day, samples, sandbox_s)
        self._used[owner, used.day] = Usage(owner, used.day, used.samples + samples, used.sandbox_s + sandbox_s)
        return added

    def check_jobs(self, caller: Caller, n_jobs: int) -> None:
        """Raises Refusal (429) when the caller may have no further job beside these."""
        allowed = caller.quotas.max_jobs
        if allowed is not None and n_jobs >= allowed:
            message = f"max_jobs: this token has {n_jobs} jobs, which is all it may have at a time"
            raise Refusal(429, "quota_jobs", message).later(_JOB_S)

    def check_samples(self, caller: Caller, n_samples: int, n_begun: int) -> None:
        """Raises Refusal (429) when fewer samples are left today. `n_begun`: those of jobs that have not ended."""
        allowed = caller.quotas.max_samples_per_day
        if allowed is None:
            return
        left = max(0, allowed - self.used(caller.owner).samples - n_begun)
        if n_samples > left:
            message = f"max_samples_per_day: {left} of {allowed} samples are left until 00:00 UTC, not {n_samples}"
            raise Refusal(429, "quota_samples_per_day", message, "sampling.n").later(_until_tomorrow_s())

    def check_sandbox(self, caller: Caller, begun_s: float = 0.0) -> None:
        """Raises Refusal (429) when today's CPU time is spent. `begun_s`: of jobs that have not ended."""
        allowed = caller.quotas.max_sandbox_s_per_day
        used = self.used(caller.owner).sandbox_s + begun_s
        if allowed is not None and used >= allowed:
            message = f"max_sandbox_seconds_per_day: all {allowed} CPU seconds of the sandbox are used until 00:00 UTC"
            raise Refusal(429, "quota_sandbox_seconds_per_day", message).later(_until_tomorrow_s())


def _today() -> str:
    return datetime.fromtimestamp(time.time(), UTC).date().isoformat()


def _until_tomorrow_s() -> int:
    now = datetime.fromtimestamp(time.time(), UTC)
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    return int((midnight - now).total_seconds()) + 1
