"""Time within one search: how long each stage took, when to stop, when to report."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SAMPLING_SHARE = 0.6
"""The share of a time budget after which sampling stops, so that the other stages have the rest."""
REPORT_EVERY_S = 0.1


class Clock:
    """Starts when it is made. Times are seconds on `time.monotonic`."""

    def __init__(self, budget_s: float | None) -> None:
        self._start = time.monotonic()
        self._last_report = 0.0
        self._stages: dict[str, float] = {}
        self.sampling_deadline = self._start + SAMPLING_SHARE * budget_s if budget_s else None
        self.deadline = self._start + budget_s if budget_s else None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Record the wall seconds of a stage."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._stages[name] = time.monotonic() - start

    @property
    def timings(self) -> dict[str, float]:
        """Seconds per stage and in total."""
        return {name: round(seconds, 3) for name, seconds in {**self._stages, "total": self.elapsed_s}.items()}

    @property
    def elapsed_s(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self._start

    @property
    def is_over(self) -> bool:
        """Whether the whole budget is spent."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def is_due(self) -> bool:
        """Whether another progress report may be sent; asking counts as sending."""
        now = time.monotonic()
        if now - self._last_report < REPORT_EVERY_S:
            return False
        self._last_report = now
        return True
