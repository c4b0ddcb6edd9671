"""Time within one search: how long each stage took, and when to stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SAMPLING_SHARE = 0.6
"""The share of a budget of time or tokens after which sampling stops, so that the other stages have the rest."""
SEARCHING_SHARE = 0.9
"""Likewise, as long as nothing passes the examples: the other stages have nothing to do then."""


class Clock:
    """Starts when it is made. Deadlines are on `time.monotonic`, and None without a budget."""

    def __init__(self, budget_s: float | None) -> None:
        self._start = time.monotonic()
        self._budget_s = budget_s
        self._stages: dict[str, float] = {}
        self.deadline = self._start + budget_s if budget_s else None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Record the wall seconds of a stage; a search may be in one several times."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + time.monotonic() - start

    @property
    def timings(self) -> dict[str, float]:
        """Seconds per stage, and in total."""
        stages = {**self._stages, "total": time.monotonic() - self._start}
        return {name: round(seconds, 3) for name, seconds in stages.items()}

    @property
    def sampling_share(self) -> float:
        """How much of the time for sampling is over, 0..1; 0 without a budget."""
        if not self._budget_s:
            return 0.0
        return min(1.0, (time.monotonic() - self._start) / (SAMPLING_SHARE * self._budget_s))

    def left_s(self, share: float) -> float | None:
        """Seconds until this share of the budget is over; None without one."""
        if not self._budget_s:
            return None
        return max(0.0, self._start + share * self._budget_s - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the whole budget is spent."""
        return self.deadline is not None and time.monotonic() >= self.deadline
