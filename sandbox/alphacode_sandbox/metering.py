"""CPU time of programs, and how many were killed, counted for whoever has them run."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Meter:
    """What has been used so far."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.kills: Counter[str] = Counter()
        """Runs that were killed, by the reason, as `Outcome.killed` has it."""


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered() -> Iterator[Meter]:
    """Counts what is run within the block and by tasks that begin in it: candidates, compilers and checkers.

    A run that is cancelled is not counted, nor is what others had compiled before.
    """
    meter = Meter()
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def count(cpu_s: float, killed: str | None) -> None:
    """Add a run to the meter of whoever has it run, if there is one."""
    if meter := _meter.get():
        meter.cpu_s += cpu_s
        if killed:
            meter.kills[killed] += 1
