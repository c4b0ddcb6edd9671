"""The judge's end of the launcher: commands go out, outcomes come back, a cancelled task kills its command."""

import asyncio
import itertools
import json
import math
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphacode_sandbox.errors import SandboxError
from alphacode_sandbox.isolation.bubblewrap import bubblewrap_options, environment
from alphacode_sandbox.isolation.command import Bounds, Command, Outcome
from alphacode_sandbox.isolation.seccomp import Profile, bpf_program
from alphacode_sandbox.toolchains.toolchain import SCRATCH

# A script rather than an import: it needs modules that only Unix has, and it runs by itself.
_LAUNCHER = Path(__file__).with_name("launcher.py")


@asynccontextmanager
async def open_supervisor(bwrap: str) -> "AsyncIterator[Supervisor]":
    """A launcher at work. On exit everything that still runs is killed."""
    with tempfile.TemporaryDirectory(prefix="alphacode-judge-") as name:
        folder = Path(name)
        filters: dict[Profile, str | None] = {Profile.NONE: None}
        for profile in (Profile.CANDIDATE, Profile.COMPILER):
            path = folder / f"{profile}.bpf"
            path.write_bytes(bpf_program(profile, platform.machine()))
            filters[profile] = str(path)
        supervisor = Supervisor(bwrap, filters, folder)
        try:
            yield supervisor
        finally:
            await supervisor.close()


class Supervisor:
    """Runs commands through one launcher, which is started when needed and again should it die."""

    def __init__(self, bwrap: str, filters: dict[Profile, str | None], folder: Path) -> None:
        self._bwrap = bwrap
        self._filters = filters
        self.folder = folder
        """Private, and gone when the judge is, however it ends."""
        self._ids = itertools.count()
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._closed = False
        # Unique, so that what a dying launcher left behind can be told from everything else on the machine.
        self._hostname = f"sandbox-{secrets.token_hex(8)}"

    async def execute(self, command: Command, stdin: bytes = b"") -> Outcome:
        """Runs to the end. When the calling task is cancelled, the command is dead before the cancellation goes on."""
        with _memory_file("stdin", stdin) as source, _memory_file("stdout") as stdout, _memory_file("stderr") as stderr:
            report = await self._report(self._start(command, (source, stdout, stderr)))
            limit = command.bounds.file_bytes
            return _outcome(report, _content(stdout, limit), _content(stderr, limit))

    async def converse(self, one: Command, other: Command) -> tuple[Outcome, Outcome]:
        """Runs two commands at a time, the output of each a pipe to the input of the other; nothing is kept of it.

        What is written and not yet read is bounded by the pipe; whoever writes more waits, and idles.
        """
        with _memory_file("stderr") as stderr, _memory_file("stderr") as other_stderr:
            with _pipe() as (theirs, ours), _pipe() as (our_input, their_output):
                # Our own copies of the ends are closed before we wait, or nobody would see the other's end.
                run = self._start(one, (our_input, ours, stderr))
                other_run = self._start(other, (theirs, their_output, other_stderr), partner=run)
            async with asyncio.TaskGroup() as both:
                report = both.create_task(self._report(run))
                other_report = both.create_task(self._report(other_run))
            return (
                _outcome(report.result(), b"", _content(stderr, one.bounds.file_bytes)),
                _outcome(other_report.result(), b"", _content(other_stderr, other.bounds.file_bytes)),
            )

    def _start(self, command: Command, files: tuple[int, int, int], partner: "_Started | None" = None) -> "_Started":
        """Asks the launcher to start a command with these three descriptors, which may be closed afterwards."""
        connection = self._connected()
        started = _Started(next(self._ids), connection, asyncio.get_running_loop().create_future())
        self._pending[started.run] = started.reply
        try:
            socket.send_fds(connection, [self._message(started.run, command, partner)], files)
        except OSError:
            self._lost(connection)
        return started

    async def _report(self, started: "_Started") -> dict[str, Any]:
        """Waits for the end of a command; when cancelled, ends it."""
        try:
            return await asyncio.shield(started.reply)
        except asyncio.CancelledError:
            self._cancel(started.connection, started.run)
            await _settled(started.reply)
            raise

    async def close(self) -> None:
        """Hangs up; the launcher then kills what runs and leaves."""
        self._closed = True
        if self._socket is not None:
            self._lost(self._socket)
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)
            self._process = None

    def _connected(self) -> socket.socket:
        if self._closed:
            raise SandboxError("The judge was closed while a program was to be run.")
        if self._socket is not None:
            return self._socket
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if self._process is not None:
            self._process.wait()  # It has closed its socket, so it is about to leave or has left.
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), str(theirs.fileno()), str(self.folder)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # An interrupt from the terminal is for us; we hang up when we are ready.
                start_new_session=True,
            )
        self._socket = ours
        asyncio.get_running_loop().add_reader(ours, self._hear, ours)
        return ours

    def _hear(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(1 << 16, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(connection)
            return
        report = json.loads(data)
        reply = self._pending.pop(report["id"], None)
        if reply is not None:
            reply.set_result(report)

    def _lost(self, connection: socket.socket) -> None:
        """The launcher is gone or told to go, and everything it ran goes with it."""
        if self._socket is not connection:
            return
        if not self._closed:
            _sweep(self._hostname)
        asyncio.get_running_loop().remove_reader(connection)
        connection.close()
        self._socket = None
        pending, self._pending = self._pending, {}
        for reply in pending.values():
            reply.set_result(_FAILED)

    def _cancel(self, connection: socket.socket, run: int) -> None:
        try:
            connection.send(json.dumps({"cancel": run}).encode())
        except OSError:
            self._lost(connection)

    def _message(self, run: int, command: Command, partner: "_Started | None") -> bytes:
        message = {
            "id": run,
            "bwrap": self._bwrap,
            "options": bubblewrap_options(command, self._hostname),
            "arguments": [argument.replace(SCRATCH, "/tmp") for argument in command.arguments],  # noqa: S108
            "environment": environment(),
            "filter": self._filters[command.profile],
            "limits": _limits(command.bounds),
            "processes": command.bounds.processes,
            "cpu_s": command.bounds.cpu_s,
            "wall_s": command.bounds.wall_s,
            "partner": None if partner is None else partner.run,
        }
        return json.dumps(message).encode()


@dataclass(frozen=True, slots=True)
class _Started:
    """A command that the launcher was asked to start."""

    run: int
    connection: socket.socket
    reply: asyncio.Future[dict[str, Any]]


def _outcome(report: dict[str, Any], stdout: bytes, stderr: bytes) -> Outcome:
    return Outcome(
        exit_code=report["exit_code"],
        stdout=stdout,
        stderr=stderr,
        cpu_s=report["cpu_s"],
        wall_s=report["wall_s"],
        memory_kb=report["memory_kb"],
        killed=report["killed"],
        runnable=report["runnable"],
        ended_s=report["ended_s"],
    )


def _content(descriptor: int, limit: int) -> bytes:
    return os.pread(descriptor, min(os.fstat(descriptor).st_size, limit), 0)


def _sweep(hostname: str) -> None:
    """Kills what a launcher that was killed has left. Normally nothing: bubblewrap dies with its parent, except in the
    few milliseconds of its own start."""
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and hostname.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


async def _settled(reply: asyncio.Future[dict[str, Any]]) -> None:
    """Waits, a few milliseconds, whatever happens: we are on our way out already, and the command must go first."""
    while not reply.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([reply])


_FAILED: dict[str, Any] = {
    "exit_code": None, "cpu_s": 0.0, "wall_s": 0.0, "memory_kb": 0, "killed": "failed", "runnable": False,
    "ended_s": 0.0,
}  # fmt: skip


def _limits(bounds: Bounds) -> dict[str, tuple[int, int]]:
    """Soft and hard limits by their names in `resource`; -1 means none."""
    # A backstop only: the launcher looks at the exact clock, and under load the kernel's own count runs ahead of it.
    cpu = math.ceil(2 * bounds.cpu_s) + 1
    return {
        "RLIMIT_CPU": (cpu, cpu + 1),
        "RLIMIT_AS": (bounds.memory_bytes, bounds.memory_bytes),
        "RLIMIT_FSIZE": (bounds.file_bytes, bounds.file_bytes),
        "RLIMIT_NOFILE": (bounds.files, bounds.files),
        "RLIMIT_CORE": (0, 0),
        # The address space bounds the stack. A finite limit here would also be the size of every thread's stack.
        "RLIMIT_STACK": (-1, -1),
    }


@contextmanager
def _memory_file(name: str, content: bytes | None = None) -> Iterator[int]:
    """A file in memory: with content and sealed against every change, or empty and to be written."""
    import fcntl  # Here, because Windows has none and still reads this package for its values.

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    flags = os.MFD_CLOEXEC | (os.MFD_ALLOW_SEALING if content is not None else 0)
    descriptor = os.memfd_create(name, flags)
    try:
        if content is not None:
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.lseek(descriptor, 0, os.SEEK_SET)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """The end to read from and the end to write to."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)
