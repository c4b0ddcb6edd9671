"""When a failed request is worth another try, and after how long."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

TEMPORARY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
MAX_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to try, and the wait after the first failure; it doubles with each."""

    attempts: int = 4
    backoff_s: float = 0.5

    def wait_s(self, n_failures: int, asked_s: float | None = None) -> float:
        """What the server asked for, else the doubled wait, part of it random so that clients come back apart."""
        if asked_s is not None:
            return min(asked_s, MAX_WAIT_S)
        return min(self.backoff_s * 2.0 ** (n_failures - 1), MAX_WAIT_S) * random.uniform(0.5, 1.0)


def retry_after_s(response: httpx.Response) -> float | None:
    """The `Retry-After` header, seconds or a date, as seconds from now; None when absent or unreadable."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
