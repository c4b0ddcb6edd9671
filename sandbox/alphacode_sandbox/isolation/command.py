"""What to run in isolation, and how it ended: plain values, before anybody calls it right or wrong."""

from dataclasses import dataclass

from alphacode_sandbox.isolation.seccomp import Profile


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one command may use."""

    cpu_s: float
    wall_s: float
    memory_bytes: int
    """Address space of each process."""
    file_bytes: int
    """Size of every file written, standard output and standard error included."""
    processes: int = 64
    """Processes and threads together. Not enforced for uid 0, where only the address space bounds threads."""
    files: int = 64


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
    writes: bool = False
    """Whether it gets a private folder to write to, which is empty before and gone afterwards."""
    profile: Profile = Profile.CANDIDATE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    exit_code: int | None
    """As a shell reports it: 128 + n after signal n. None when the command could not be started."""
    stdout: bytes
    stderr: bytes
    cpu_s: float
    wall_s: float
    memory_kb: int
    killed: str | None
    """`cpu` or `wall` when a bound made us kill it, `failed` when isolation itself broke."""
    runnable: bool
    """At a wall kill: whether it wanted the processor at that moment, so that the machine may be to blame."""
    ended_s: float = 0.0
    """When it ended, by a clock that only serves to tell which of two commands ended first."""
