"""What a run may use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. CPU time decides the verdict; wall time only ends what idles."""

    time_s: float = 2.0
    """CPU seconds, before the factors of the language and of the machine."""
    memory_mb: int = 256
    """MiB of address space that the program may add to what its runtime needs."""
    output_kb: int = 1024
    """KiB that may be written to standard output; standard error has the same bound of its own."""
