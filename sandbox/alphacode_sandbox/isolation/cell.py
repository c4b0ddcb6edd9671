"""The judge's end of a cell: requests go out, replies come back, a cancelled task kills its command.

A cell is one long-lived helper process (`helper/cell.c`) with what surrounds it. It handles one request at a time.
"""

import asyncio
import itertools
import math
import os
import secrets
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.bubblewrap import bubblewrap_options
from alphacode_sandbox.isolation.cgroup import Group
from alphacode_sandbox.isolation.clocks import busy_s, children_of, is_runnable
from alphacode_sandbox.isolation.command import Command
from alphacode_sandbox.isolation.layers import Surroundings
from alphacode_sandbox.isolation.messages import (
    ALL_RUNS,
    READY,
    Flag,
    Kind,
    Reply,
    filter_request,
    kill_request,
    request,
)

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "HOME": "/",
    # Hash order must not differ between two runs of one program.
    "PYTHONHASHSEED": "0",
    # Each further arena reserves 128 MiB of address space, which is what we bound.
    "MALLOC_ARENA_MAX": "1",
    # Likewise, room for each processor.
    "OPENBLAS_NUM_THREADS": "1",
}
_SENDER = struct.Struct("=iII")  # `struct ucred`: process, user, group
_CHILDREN = {Kind.WARM: 1, Kind.FORK: 2}  # A template, and one run at a time.
_START_S = 20.0  # It takes milliseconds; past this it hangs.
_SHORTEST_WAIT_S = 0.02
# Users that nobody is: below the ids that systems give out to containers, above those of people.
_USERS = range(1_600_000_000, 1_700_000_000)


class CellGone(Exception):
    """The helper process has ended by itself; whatever ran in it has, too."""


@dataclass(slots=True)
class Running:
    """A request on its way: its replies arrive run by run."""

    id: int
    n_runs: int
    done: asyncio.Future[None]
    kind: Kind = Kind.EXECUTE
    wall_s: float = math.inf
    partner: "Cell | None" = None
    """Who is at the other end of the pipes: time in which that one works is not idled away."""
    replies: list[Reply] = field(default_factory=list)
    idled: set[int] = field(default_factory=set)
    """Runs that were killed because they idled for too long."""
    started: float = field(default_factory=time.monotonic)
    """When the present run was started."""
    timer: asyncio.TimerHandle | None = None


class Cell:
    """Made by `open`. Requests raise CellGone when the helper has died, and it can only be closed then."""

    def __init__(self, around: Surroundings, group: Group | None) -> None:
        self._around = around
        self.group = group
        self.scratch = around.folder / f"scratch-{secrets.token_hex(4)}"
        self.template: tuple[str, ...] = ()
        """The command line of the interpreter that is kept warm in it; empty for none."""
        self.landlock = 0
        """The kernel's version of Landlock; 0 without."""
        self.n_runs = 0
        self.is_spent = False
        """Whether it must not be used again."""
        self._closing: asyncio.Task[None] | None = None
        self._ids = itertools.count()
        self._running: Running | None = None
        self._pid = 0
        self._template_pid: int | None = None

    async def open(self) -> None:
        """Starts the helper. Raises SandboxUnavailable, saying why it does not start."""
        self._loop = asyncio.get_running_loop()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # The kernel adds the helper's process id, by our numbering, to what it sends.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with theirs, tempfile.TemporaryFile() as words:
            self._process = self._spawn(theirs.fileno(), words.fileno())
            self._running = Running(READY, 1, self._loop.create_future())
            self._loop.add_reader(self._socket, self._hear)
            try:
                theirs.close()
                async with asyncio.timeout(_START_S):
                    await self._running.done
                self.landlock = self._running.replies[0].run
                self._set_up()
            except (TimeoutError, CellGone, OSError) as error:
                await self.close()
                words.seek(0)
                reason = words.read().decode(errors="replace").strip() or str(error) or "no answer"
                raise SandboxUnavailable(reason) from None
            except asyncio.CancelledError:
                await self.close()
                raise
            finally:
                self._running = None

    def send(
        self,
        kind: Kind,
        command: Command,
        flags: Flag,
        files: Sequence[int] = (),
        n_runs: int = 1,
        partner: "Cell | None" = None,
    ) -> Running:
        """Sends a request, for which `finished` must be awaited. The descriptors may be closed at once."""
        if self._around.layers.landlock:
            flags |= Flag.LANDLOCK
        running = Running(next(self._ids), n_runs, self._loop.create_future(), kind, command.bounds.wall_s, partner)
        self._running = running
        self.n_runs += n_runs
        try:
            socket.send_fds(self._socket, [request(kind, running.id, command, flags, n_runs)], files)
        except OSError:
            self._lost()
        self._watch(running)
        return running

    async def finished(self, running: Running) -> None:
        """Waits for the replies to a request, which are then in `running`. Raises CellGone.

        When the calling task is cancelled, what runs is dead before the cancellation goes on.
        """
        try:
            await asyncio.shield(running.done)
        except asyncio.CancelledError:
            self._kill(running, ALL_RUNS)
            await _settled(running.done)
            raise
        finally:
            self._running = None
            if running.timer:
                running.timer.cancel()

    def keep_template(self, command_line: tuple[str, ...]) -> None:
        """Called when a template has started or ended: it is a child of the helper, but not a run."""
        self.template = command_line
        self._template_pid = next(iter(children_of(self._pid)), None) if command_line else None

    def busy_s(self) -> float:
        """Seconds for which what runs now has worked or wanted to, as far as that is known by now."""
        return sum(map(busy_s, self._runs()))

    def is_busy(self) -> bool:
        """Whether what runs now works or wants to at this moment."""
        return any(map(is_runnable, self._runs()))

    async def close(self) -> None:
        """Hangs up; the helper then kills what runs, and ends. Goes on when the calling task is cancelled."""
        self._closing = self._closing or self._loop.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._lost()
        self._socket.close()
        await asyncio.to_thread(self._process.wait)
        with suppress(RecursionError):  # What cannot be removed now goes with the judge's folder.
            shutil.rmtree(self.scratch, ignore_errors=True)
        if self.group is not None:
            self.group.remove()

    def _runs(self) -> list[int]:
        return [child for child in children_of(self._pid) if child != self._template_pid]

    def _spawn(self, connection: int, words: int) -> subprocess.Popen[bytes]:
        user = secrets.choice(_USERS) if os.getuid() == 0 else 0
        self.scratch.mkdir(mode=0o700)
        if user:
            os.chown(self.scratch, user, user)
        folder = self._around.folder
        command = [str(folder / "cell"), str(connection), str(self.scratch), str(folder / "template.so"), str(user)]
        if self._around.layers.namespaces:
            options = bubblewrap_options((*self._around.paths, str(folder)), self.scratch)
            command = [self._around.bubblewrap, *options, *command]
        process = subprocess.Popen(
            command,
            pass_fds=[connection],
            env=_ENVIRONMENT | {"TMPDIR": str(self.scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            # An interrupt from the terminal is for us; we hang up when we are ready.
            start_new_session=True,
        )
        with suppress(OSError):  # If memory runs out, the kernel should take what runs in here.
            Path(f"/proc/{process.pid}/oom_score_adj").write_text("1000")
        return process

    def _set_up(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        if self.group is not None:
            self.group.admit(self._pid)
        if self._around.layers.filter:
            for profile, program in self._around.filters.items():
                self._socket.send(filter_request(profile.number, program))

    def _hear(self) -> None:
        try:
            packet, sender, _, _ = self._socket.recvmsg(1 << 14, socket.CMSG_SPACE(_SENDER.size), socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        running = self._running
        if not packet:
            self._lost()
            return
        for _, _, credentials in sender:
            self._pid = _SENDER.unpack(credentials)[0]
        assert running is not None, "a reply without a request"
        if self._has_strays(running):
            # What they told each other, and whose time they took, nobody knows: none of it counts.
            running.replies.clear()
            self._socket.shutdown(socket.SHUT_RDWR)
            return
        running.replies += Reply.parse(packet)
        running.started = time.monotonic()
        if len(running.replies) == running.n_runs and not running.done.done():
            running.done.set_result(None)

    def _has_strays(self, running: Running) -> bool:
        """Whether a template has made processes besides the runs that it was asked for, which it alone could.

        They are children of the helper, which buries only the runs that it knows: what has ended is still there.
        """
        allowed = _CHILDREN.get(running.kind)
        return allowed is not None and len(children_of(self._pid)) > allowed

    def _lost(self) -> None:
        """The helper has ended, and everything it ran with it."""
        self.is_spent = True
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
        if self._running and not self._running.done.done():
            self._running.done.set_exception(CellGone("the sandbox's helper ended"))

    def _kill(self, running: Running, run: int) -> None:
        with suppress(OSError):
            self._socket.send(kill_request(running.id, run), socket.MSG_DONTWAIT)

    def _watch(self, running: Running) -> None:
        """Kills a run that idles for too long; otherwise looks again when it could have."""
        if running.wall_s == math.inf or running.done.done():
            return
        run = len(running.replies)
        involved = [cell for cell in (self, running.partner) if cell]
        idle_s = time.monotonic() - running.started
        if idle_s >= running.wall_s:
            idle_s -= sum(cell.busy_s() for cell in involved)
        if idle_s >= running.wall_s and not any(cell.is_busy() for cell in involved):
            running.idled.add(run)
            self._kill(running, run)
        running.timer = self._loop.call_later(max(running.wall_s - idle_s, _SHORTEST_WAIT_S), self._watch, running)


async def _settled(done: asyncio.Future[None]) -> None:
    """Waits, a few milliseconds, whatever happens: we are on our way out already, and the command must go first."""
    while not done.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([done])
    done.exception()
