"""CPU time of programs, counted for whoever has them run."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Meter:
    """What has been used so far."""

    cpu_s: float = 0.0


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


def count(cpu_s: float) -> None:
    """Add to the meter of whoever is running this, if there is one."""
    if meter := _meter.get():
        meter.cpu_s += cpu_s
