"""What a judge has running, as the kernel's books say: other processes give no event to wait for."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

of_others: set[int] = set()
"""Helpers that were there when the module began: some tests of other packages share a judge for the whole session."""


async def until(condition: Callable[[], bool]) -> None:
    """Looks again and again; the test's timeout ends it."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def runs() -> list[int]:
    """What cells of the judges of this module have running."""
    return [run for cell in cells() for run in _runs_in(cell)]


def runs_below(pid: int) -> list[int]:
    """What all cells have running that a process has started. A cell itself outlives the search it was made for."""
    return [run for cell in _cells_below(pid) for run in _runs_in(cell)]


def cells() -> list[int]:
    """The helpers of the judges of this module, inside bubblewrap or not."""
    return [pid for pid in all_cells() if pid not in of_others]


def all_cells() -> list[int]:
    """The helpers of every judge of this process."""
    return _cells_below(os.getpid())


def children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # It has ended.
        return []


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def command_lines_below(pid: int) -> dict[int, str]:
    """Of every process that a process has started, directly or not."""
    return {one: " ".join(arguments(one)) for one in descendants(pid)}


def is_alive(pid: int) -> bool:
    """Whether it still runs; one that has ended and waits to be noticed does not."""
    return arguments(pid) != [""]


def sleeps(pid: int) -> bool:
    """Whether it waits for something other than a processor."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"
    except OSError:
        return False


def naming(folder: Path) -> list[int]:
    """Processes on the whole machine with something below `folder` on their command line."""
    pids = [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit()]
    return [pid for pid in pids if any(str(folder) in argument for argument in arguments(pid))]


def arguments(pid: int) -> list[str]:
    """The command line; of a process that has ended, an empty word."""
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
    except OSError:
        return [""]


def folder_of(pid: int) -> str | None:
    """The working directory; None of a process that has ended."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")  # noqa: PTH115 - inside another root it may be no path of ours
    except OSError:
        return None


def _runs_in(cell: int) -> list[int]:
    """An interpreter that is kept warm waits at the root, and does not count."""
    return [child for child in children(cell) if folder_of(child) not in (None, "/")]


def _cells_below(pid: int) -> list[int]:
    return [one for one in descendants(pid) if Path(arguments(one)[0]).name == "cell"]
