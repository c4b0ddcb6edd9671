"""How much slower than a contest's judge this machine is: by so much time limits, which are meant for that, are longer.

A small program (`isolation/helper/pace.c`) is run as candidates are, once after each start of the machine.

~/.cache/alphacode/pace/factor     the factor, and which machine it was measured on
"""

import hashlib
import os
import tempfile
from pathlib import Path

from alphacode_sandbox.cache import user_cache
from alphacode_sandbox.isolation import Bounds, Command
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.verdict import Verdict

REFERENCE_S = 0.013
"""CPU time of the program on a judge: a processor of 3.4 GHz from about 2017, with 8 MiB of cache and nothing else to
do. It was not measured there but estimated, from the latencies that are published of such processors (42 cycles for the
last cache, 17 for a mispredicted branch, half a microsecond for a fresh page), and rounded up."""
MOST = 2.0
"""What seems to be slower than that is busy rather than slow, and more would let through what no contest accepts."""

_N_RUNS = 4  # Of which the fastest counts.
_BOUNDS = Bounds(cpu_s=1, wall_s=5, memory_bytes=64 << 20, file_bytes=1 << 10)


async def host_factor(runner: Runner) -> float:
    """From 1, where the machine is at least as fast as a judge, to `MOST`."""
    program = runner.folder / "pace"
    if not runner.reaches(str(program)):
        return 1.0
    cache, machine = user_cache("pace"), _machine(program)
    if cache and (kept := _kept(cache / "factor", machine)):
        return kept
    results = await runner.run_all(Command((str(program),), (), (str(program),), _BOUNDS), [b""] * _N_RUNS)
    times = [result.cpu_s for result in results if result.verdict is Verdict.RUN]
    factor = factor_of(min(times)) if times else 1.0
    if cache and not _is_busy():
        _keep(cache / "factor", machine, factor)
    return factor


def factor_of(seconds: float) -> float:
    """For a machine that takes so long for the program."""
    return round(min(max(seconds / REFERENCE_S, 1.0), MOST), 2)


def _machine(program: Path) -> str:
    """Differs from one start of a machine to the next: it may run from its battery this time, or be another one."""
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        start = "unknown"
    return f"{start} {hashlib.sha256(program.read_bytes()).hexdigest()[:16]}"


def _is_busy() -> bool:
    """Whether others take so much of the machine that what was measured should not stand."""
    return os.getloadavg()[0] > len(os.sched_getaffinity(0))


def _kept(file: Path, machine: str) -> float | None:
    """What was measured before; None for another machine's, or for none that makes sense."""
    try:
        factor, measured_on = file.read_text().strip().split(" ", 1)
        return float(factor) if measured_on == machine and 1 <= float(factor) <= MOST else None
    except (OSError, ValueError):
        return None


def _keep(file: Path, machine: str, factor: float) -> None:
    """Atomically, as others may read it. A cache that cannot be written is not used."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as new:
            new.write(f"{factor} {machine}\n")
        Path(new.name).replace(file)
    except OSError:
        return
