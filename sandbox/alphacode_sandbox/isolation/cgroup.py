"""Control groups: the exact memory and process counts of a cell, where this machine lets us make one.

Both versions are understood: version 2 where its controllers are delegated to us or we are root, version 1 as root.
Covers: memory and processes of everything in a cell together. Does not cover: CPU time, which is measured per run.
"""

import contextlib
import secrets
import time
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_OURS = Path("/proc/self/cgroup")
# More than a program may have, so that its own limit, where it has one, speaks first: a warm interpreter and the files
# in memory count here too.
_SLACK_BYTES = 64 << 20
_PROCESSES = 256


class Group:
    """One cell's control group: a folder for memory and one for processes, which version 2 has in one."""

    def __init__(self, memory: Path, pids: Path, limit_file: str, events_file: str) -> None:
        self._folders = dict.fromkeys((memory, pids))
        self._limit = memory / limit_file
        self._events = memory / events_file
        (pids / "pids.max").write_text(str(_PROCESSES))
        self._limit_bytes = 0.0
        self._kills = self._count()

    def admit(self, pid: int) -> None:
        """Moves a process, and so all it will start, into the group."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def limit(self, memory_bytes: float) -> None:
        """Bounds the memory of the group."""
        if memory_bytes == self._limit_bytes:
            return
        self._limit_bytes = memory_bytes
        with contextlib.suppress(OSError):  # What has been in use before, and cannot be taken back, is above it.
            self._limit.write_text(str(int(memory_bytes) + _SLACK_BYTES))

    def ran_out(self) -> bool:
        """Whether the kernel has ended something here for want of memory since this was last asked."""
        before, self._kills = self._kills, self._count()
        return self._kills > before

    def remove(self) -> None:
        """Removes the group, whose processes have ended."""
        for folder in self._folders:
            _remove(folder)

    def _count(self) -> int:
        lines = (line.split() for line in self._events.read_text().splitlines())
        return next((int(count) for name, count in lines if name == "oom_kill"), 0)


def make_group(owner: str) -> Group | None:
    """A new group, whose name begins with `owner`, or None where none can be made."""
    for make in (_unified, _split):
        with contextlib.suppress(OSError):
            group = make(owner)
            if group is not None:
                return group
    return None


def groups_of(owner: str) -> list[str]:
    """Patterns for the folders of all the groups of an owner, wherever they may be made."""
    parents = [*_parents_of_unified(), _mounted("cgroup", "memory"), _mounted("cgroup", "pids")]
    return [f"{parent}/{owner}-*" for parent in parents if parent]


def _unified(owner: str) -> Group | None:
    """Version 2. Only a group without processes of its own passes controllers on: the root, or one delegated to us."""
    for parent in _parents_of_unified():
        with contextlib.suppress(OSError):
            (parent / "cgroup.subtree_control").write_text("+memory +pids")
            folder = _new_folder(parent, owner)
            return Group(folder, folder, "memory.max", "memory.events")
    return None


def _parents_of_unified() -> list[Path]:
    """Where a group of version 2 may be made: the root, our own group and the one above it."""
    root = _mounted("cgroup2", "")
    if root is None or "memory" not in (root / "cgroup.controllers").read_text().split():
        return []
    return [root, *_own_groups(root)]


def _split(owner: str) -> Group | None:
    """Version 1: a tree for each controller."""
    memory, pids = _mounted("cgroup", "memory"), _mounted("cgroup", "pids")
    if memory is None or pids is None:
        return None
    return Group(_new_folder(memory, owner), _new_folder(pids, owner), "memory.limit_in_bytes", "memory.oom_control")


def _mounted(kind: str, controller: str) -> Path | None:
    """Where a tree is mounted; of version 1, the one with this controller."""
    for line in _MOUNTS.read_text().splitlines():
        before, _, after = line.partition(" - ")
        filesystem, _, options = after.split(" ", 2)
        if filesystem == kind and (not controller or controller in options.split(",")):
            return Path(before.split()[4])
    return None


def _own_groups(root: Path) -> list[Path]:
    """The group we are in and the one above it."""
    for line in _OURS.read_text().splitlines():
        hierarchy, _, path = line.split(":", 2)
        if hierarchy == "0":
            own = root / path.lstrip("/")
            return [own, own.parent]
    return []


def _new_folder(parent: Path, owner: str) -> Path:
    folder = parent / f"{owner}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _remove(folder: Path) -> None:
    """The kernel may need a moment after the last process has ended."""
    for _ in range(50):
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.002)
