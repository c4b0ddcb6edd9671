"""How long a process has had, or wanted, a processor, as the kernel's books say."""

import os
from pathlib import Path

_TICK_S = 1 / (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)


def children_of(pid: int) -> list[int]:
    """The processes that a single-threaded process has started and not buried."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_runnable(pid: int) -> bool:
    """Whether a process, or something that it has started, runs at this moment or waits for a processor."""
    try:
        threads = [(thread / "stat").read_text() for thread in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return False
    runnable = any(fields.rpartition(")")[2].split()[0] == "R" for fields in threads)
    return runnable or any(map(is_runnable, children_of(pid)))


def busy_s(pid: int) -> float:
    """Seconds that a process and what it started ran, or waited for a processor that others had. 0 when it is gone.

    A wait that has not ended yet does not count: see `is_runnable`. Of several threads the busiest counts, so that this
    never runs faster than the clock on the wall by much.
    """
    try:
        threads = [
            sum(map(int, (thread / "schedstat").read_text().split()[:2]))
            for thread in Path(f"/proc/{pid}/task").iterdir()
        ]
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return 0.0
    buried_s = sum(map(int, fields[13:15])) * _TICK_S
    return max(threads, default=0) / 1e9 + buried_s + sum(busy_s(child) for child in children_of(pid))
