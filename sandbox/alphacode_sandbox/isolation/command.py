"""What to run in isolation, and how it ended: plain values, before anybody calls it right or wrong."""

import math
from dataclasses import dataclass

from alphacode_sandbox.isolation.seccomp import Profile

UNLIMITED = math.inf
"""For a bound that there is not."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one command may use."""

    cpu_s: float
    wall_s: float
    """Seconds that it may idle: time in which it runs, or waits for a processor that others have, does not count."""
    memory_bytes: float
    """Address space of each process."""
    file_bytes: float
    """Size of every file written, standard output and standard error included."""
    processes: float = 64
    """Processes and threads together."""
    files: float = 64


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, what it may see and what it may use. Paths are the same inside and outside."""

    arguments: tuple[str, ...]
    readable: tuple[str, ...]
    """Files and folders that it may read."""
    executable: tuple[str, ...]
    """Files and folders that it may read and execute, the loader of dynamic programs among them."""
    bounds: Bounds
    folder: str = "/"
    """Working directory."""
    profile: Profile = Profile.CANDIDATE
    writes: bool = False
    """Whether it gets a private folder to write to, which is empty before and gone afterwards."""
    warm: int = 0
    """How many of the first arguments start an interpreter that can be kept warm: each run is then a fork of it, which
    is given the other arguments. 0 for none."""
    forkable: bool = False
    """Whether the program may be started once for many inputs, up to its `main`, and forked for each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    exit_code: int | None
    """None when it did not end by itself."""
    signal: int | None
    """What ended it; None for an end by itself."""
    stdout: bytes
    stderr: bytes
    cpu_s: float
    wall_s: float
    memory_kb: int
    killed: str | None
    """`cpu`, `wall` or `memory` when a bound made us or the kernel kill it, `failed` when its cell was lost meanwhile,
    `unstarted` when it never came to its first instruction: standard error then says why."""
    ended_s: float = 0.0
    """When it ended, by a clock that only serves to tell which of two commands ended first."""
