"""Running one command where it can do no harm.

`open_isolation` tries the machine first and refuses where a hostile program could get through. One bubblewrap is
made per command; a pool of long-lived cells can take its place behind the same `Isolation`.
"""

import platform
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.bubblewrap import find_bubblewrap
from alphacode_sandbox.isolation.command import Bounds, Command, Outcome
from alphacode_sandbox.isolation.probe import probe
from alphacode_sandbox.isolation.seccomp import Profile
from alphacode_sandbox.isolation.supervisor import Supervisor, open_supervisor
from alphacode_sandbox.isolation.syscalls import ARCHITECTURES

__all__ = ["Bounds", "Command", "Isolation", "Outcome", "Profile", "open_isolation"]


class Isolation:
    """A way to run commands, and the level it was shown to reach on this machine."""

    def __init__(self, supervisor: Supervisor, level: str) -> None:
        self._supervisor = supervisor
        self.level = level
        self.folder = supervisor.folder
        """Private to the judge, and gone when it is, however it ends."""

    async def execute(self, command: Command, stdin: bytes = b"") -> Outcome:
        """Runs to the end; a cancelled task's command is dead before the cancellation goes on."""
        return await self._supervisor.execute(command, stdin)

    async def converse(self, one: Command, other: Command) -> tuple[Outcome, Outcome]:
        """Runs two commands at a time, each of which reads what the other writes; cancelled like `execute`."""
        return await self._supervisor.converse(one, other)


@asynccontextmanager
async def open_isolation() -> AsyncIterator[Isolation]:
    """Raises SandboxUnavailable on entry when nothing untrusted may be run on this machine."""
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        raise SandboxUnavailable(
            f"Programs can be isolated on Linux on {' and '.join(ARCHITECTURES)}, "
            f"not on {sys.platform} on {platform.machine()}. Use a backend on such a machine instead."
        )
    async with open_supervisor(find_bubblewrap()) as supervisor:
        yield Isolation(supervisor, await probe(supervisor))
