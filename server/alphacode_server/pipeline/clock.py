"""Time within one search: how long each stage took, and when to stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SAMPLING_SHARE = 0.6
"""The share of a time budget after which sampling stops, so that the other stages have the rest."""


class Clock:
    """Starts when it is made. Deadlines are on `time.monotonic`, and None without a budget."""

    def __init__(self, budget_s: float | None) -> None:
        self._start = time.monotonic()
        self._stages: dict[str, float] = {}
        self.sampling_deadline = self._start + SAMPLING_SHARE * budget_s if budget_s else None
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
        if self.sampling_deadline is None:
            return 0.0
        return min(1.0, (time.monotonic() - self._start) / (self.sampling_deadline - self._start))

    def sampling_left_s(self, share: float) -> float | None:
        """Seconds until this share of the time for sampling is over; None without a budget."""
        if self.sampling_deadline is None:
            return None
        return max(0.0, self._start + share * (self.sampling_deadline - self._start) - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the whole budget is spent."""
        return self.deadline is not None and time.monotonic() >= self.deadline
