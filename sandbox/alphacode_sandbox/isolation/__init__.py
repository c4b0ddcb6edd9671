"""Running one command where it can do no harm.

`open_isolation` tries the machine first, and refuses where a hostile program could get through.
"""

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.bubblewrap import find_bubblewrap
from alphacode_sandbox.isolation.build import build_helper
from alphacode_sandbox.isolation.cgroup import groups_of
from alphacode_sandbox.isolation.command import Bounds, Command, Outcome
from alphacode_sandbox.isolation.layers import LEVELS, Layers, Surroundings
from alphacode_sandbox.isolation.pool import Isolation
from alphacode_sandbox.isolation.probe import probe
from alphacode_sandbox.isolation.seccomp import Profile, bpf_program
from alphacode_sandbox.isolation.syscalls import ARCHITECTURES

__all__ = ["LEVELS", "Bounds", "Command", "Isolation", "Layers", "Outcome", "Profile", "open_isolation"]

# Reads nothing until the judge closes the pipe or dies. What programs have made may be closed to us, and deeper than
# Python can go. Control groups can be removed once their processes are gone.
_UNDERTAKER = """
read -r _
rm -rf "$1" 2>/dev/null || { chmod -R u+rwx "$1"; rm -rf "$1"; }
shift
for attempt in 1 2 3 4 5 6 7 8 9; do
    rmdir $* 2>/dev/null
    for group in $*; do [ -e "$group" ] && sleep 0.1 && continue 2; done
    break
done
"""


@asynccontextmanager
async def open_isolation(paths: Sequence[str], layers: Layers | None = None) -> AsyncIterator[Isolation]:
    """The best level that this machine can be shown to reach, or exactly `layers`.

    `paths` are the files and folders that commands will name. Raises SandboxUnavailable on entry when nothing untrusted
    may be run on this machine. On exit whatever still runs is killed and every file is gone.
    """
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        raise SandboxUnavailable(
            f"Programs can be isolated on Linux on {' and '.join(ARCHITECTURES)}, "
            f"not on {sys.platform} on {platform.machine()}. Use a backend on such a machine instead."
        )
    with _private_folder() as folder:
        build_helper(folder)
        reasons = []
        for wanted in [layers] if layers else [LEVELS["L3"], LEVELS["L2"], LEVELS["L1"]]:
            isolation: Isolation | None = None
            try:
                around = _surroundings(wanted, folder, paths)
                isolation = Isolation(around)
                await probe(isolation, around)
            except SandboxUnavailable as error:
                reasons.append(f"{wanted.level}: {error}")
                if isolation:
                    await isolation.close()
                continue
            isolation.shortfalls = tuple(reasons)
            try:
                yield isolation
            finally:
                await isolation.close()
            return
    raise SandboxUnavailable(_no_level(reasons))


def _surroundings(layers: Layers, folder: Path, paths: Sequence[str]) -> Surroundings:
    filters = {profile: bpf_program(profile, platform.machine()) for profile in Profile}
    bubblewrap = find_bubblewrap() if layers.namespaces else ""
    return Surroundings(layers, folder, bubblewrap, tuple(paths), filters)


def _no_level(reasons: Sequence[str]) -> str:
    return (
        "Nothing untrusted is run on this machine, because it cannot be isolated. "
        + " ".join(reasons)
        + " Linux 5.13 or later with Landlock is needed; in a container, its seccomp profile must allow `landlock_*`. "
        "Or point the client at a backend on another machine."
    )


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder that is gone when the judge is, however it ends. What is in it can be used by whoever knows its name."""
    folder = Path(tempfile.mkdtemp(prefix="alphacode-judge-"))
    folder.chmod(0o711)
    command = ["/bin/sh", "-c", _UNDERTAKER, "undertaker", str(folder), *groups_of(folder.name)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={"PATH": os.defpath}, start_new_session=True):
        yield folder
