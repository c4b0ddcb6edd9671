"""What a measurement costs: processor seconds of this process and of all that it has started, phase by phase."""

import os
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class CpuMeter:
    """Processor seconds of each phase since it was made. A phase lasts until the next one begins."""

    def __init__(self, phase: str) -> None:
        self._phase = phase
        self._mark_s = cpu_s(os.getpid())
        self._spent_s: dict[str, float] = {}

    def begin(self, phase: str) -> None:
        """What is spent from now on is another phase's; nothing changes when it is the same one."""
        if phase != self._phase:
            self._settle()
            self._phase = phase

    def end(self) -> dict[str, float]:
        """Seconds by phase, to the hundredth."""
        self._settle()
        return {phase: round(spent_s, 2) for phase, spent_s in self._spent_s.items()}

    def _settle(self) -> None:
        now_s = cpu_s(os.getpid())
        # A process that is buried by none of ours takes its seconds along.
        self._spent_s[self._phase] = self._spent_s.get(self._phase, 0.0) + max(0.0, now_s - self._mark_s)
        self._mark_s = now_s


def cpu_s(pid: int) -> float:
    """Of a process, of those it has buried, and of those below it. 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = " ".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) * _TICK_S + sum(cpu_s(int(child)) for child in children)
