"""How many jobs a backend takes on, and how long it keeps them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """How many jobs, and for how long."""

    max_running: int = 1
    max_queued: int = 64
    overrun_s: float = 30.0
    """A job is ended by force this long after twice its wall budget: at the budget itself only sampling stops."""
    stop_s: float = 1.5
    """A stopped job that has not ended after so long is called cancelled while its clean-up goes on."""
    keep_s: float = 3600.0
    """How long ended jobs are remembered; further bounds are the next two."""
    keep_jobs: int = 256
    keep_bytes: int = 128 * 1024 * 1024
