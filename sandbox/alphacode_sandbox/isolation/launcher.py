"""The process that starts commands, watches their clocks and buries them. Run as a script, one per judge.

It is a process of its own because it must be small (it forks once per command), single-threaded (bubblewrap's
"die with parent" means the thread) and a subreaper: bubblewrap leaves before the first process of its PID namespace
does, and that process carries the CPU time and peak memory of the command. When the socket to the judge closes, it
kills what runs and leaves; when the judge has died, it removes its files too.

Messages are JSON, one per packet:

    in   {"id", "bwrap", "options", "arguments", "environment", "filter", "limits", "processes", "cpu_s", "wall_s",
         "partner"} with the descriptors of stdin, stdout and stderr
    in   {"cancel": id}
    out  {"id", "exit_code", "cpu_s", "wall_s", "memory_kb", "killed", "runnable", "ended_s"}

`partner` is null, or the id of a run that was sent before and that this one talks to through pipes. Bubblewrap holds
on to the descriptors of its command, so the other end of a pipe sees the end of a run, not that it closed its output.

Imports the standard library only, because it runs with `-I -S`.
"""

import contextlib
import ctypes
import json
import os
import re
import resource
import selectors
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LIBC = ctypes.CDLL(None, use_errno=True)
_MAX_MESSAGE = 1 << 18
_GENTLE_S = 0.05
_PATIENCE_S = 0.1
_SETUP_S = 20.0  # bubblewrap needs milliseconds; past this it hangs.

Message = dict[str, Any]


def main(descriptor: int, folder: str) -> None:
    """Serves the judge at the other end of a socket until it hangs up. `folder` is the judge's temporary one."""
    judge = os.getppid()
    Launcher(socket.socket(fileno=descriptor)).serve()
    if os.getppid() != judge:
        # It did not close, it died, and nobody else will clean up after it.
        shutil.rmtree(folder, ignore_errors=True)


class Run:
    """One command between its start and its report."""

    def __init__(self, message: Message, files: list[int]) -> None:
        self.id: int = message["id"]
        self.cpu_limit_s: float = message["cpu_s"]
        self.wall_limit_s: float = message["wall_s"]
        self.processes: int = message["processes"]
        self.status, status_end = os.pipe()
        block_end, self.block = os.pipe()
        os.set_blocking(self.status, False)
        self.status_text = b""
        self.init: int | None = None
        """The first process of the command's PID namespace, in our numbering."""
        self.exit_status: int | None = None
        self.usage: resource.struct_rusage | None = None
        self.killed: str | None = None
        self.runnable = False
        self.partner: Run | None = None
        """Who is at the other end of our pipes: its CPU time is not time that we idle."""
        self.ended = 0.0
        self.started = time.monotonic()
        self.next_check = self.started + _SETUP_S
        filters = [os.open(message["filter"], os.O_RDONLY)] if message["filter"] else []
        launcher = os.getpid()
        self.bwrap = os.fork()
        if self.bwrap == 0:
            _become_bubblewrap(launcher, message, files, status_end, block_end, filters)
        for end in (status_end, block_end, *filters, *files):
            os.close(end)

    def read_status(self) -> None:
        """Takes what bubblewrap has said; lets the command go once its first process is known and limited."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.status, 4096):
                self.status_text += chunk
        found = re.search(rb'"child-pid": *(\d+)', self.status_text)
        if self.init is None and found:
            self.init = int(found[1])
            if self.killed is None:
                self.started = time.monotonic()
                self.next_check = self.started + min(self.cpu_limit_s, self.wall_limit_s)
                self.let_go()
            else:
                self.kill(self.killed)

    def let_go(self) -> None:
        """Unblocks the command. The process limit can only be set now: outside it would count all of the user's."""
        assert self.init is not None
        with contextlib.suppress(ProcessLookupError, BrokenPipeError):
            if _counts_processes_per_namespace():
                resource.prlimit(self.init, resource.RLIMIT_NPROC, (self.processes, self.processes))
            os.write(self.block, b"\n")

    def check(self, now: float) -> None:
        """Kills the command when a bound is reached, else says when to look again."""
        if self.init is None:
            self.kill("failed")
            return
        candidate = _only_child(self.init)
        cpu_s = _cpu_of(candidate)
        idle_s = now - self.started - (self.partner.cpu_so_far() if self.partner else 0.0)
        if self.killed:
            self.kill_all()
        elif cpu_s >= self.cpu_limit_s:
            self.kill_gently("cpu", candidate)
        elif idle_s >= self.wall_limit_s and self.partner is not None and self.partner.computes():
            # Waiting for somebody who works is not idling, and that one has limits of its own.
            self.next_check = now + _PATIENCE_S
        elif idle_s >= self.wall_limit_s:
            # One that has not even started has been waiting for the machine too.
            self.runnable = candidate is None or _wants_processor(candidate)
            self.kill_gently("wall", candidate)
        else:
            self.next_check = now + min(max(self.cpu_limit_s - cpu_s, 0.005), self.wall_limit_s - idle_s)

    def cpu_so_far(self) -> float:
        """CPU seconds of the command, or of the whole namespace once it has ended."""
        if self.usage is not None:
            return self.usage.ru_utime + self.usage.ru_stime
        return 0.0 if self.init is None else _cpu_of(_only_child(self.init))

    def computes(self) -> bool:
        """Whether the command, started and not ended, runs or would run if it were given a processor."""
        candidate = None if self.init is None else _only_child(self.init)
        return candidate is not None and _wants_processor(candidate)

    def kill_gently(self, why: str, candidate: int | None) -> None:
        """Kills the command alone, so that its times reach us through the first process of its namespace.

        A compiler leaves children behind; they go with the namespace a moment later.
        """
        self.killed = why
        self.next_check = time.monotonic() + _GENTLE_S
        if candidate is None:
            self.kill_all()
        else:
            _kill(candidate)

    def kill(self, why: str) -> None:
        """Ends everything. Before there is anything to end bubblewrap must say where it is, so it stays blocked."""
        self.killed = self.killed or why
        if self.init is not None:
            self.kill_all()
        elif why == "failed":
            _kill(self.bwrap)

    def kill_all(self) -> None:
        """Ends the PID namespace, by ending its first process."""
        self.next_check = float("inf")
        if self.init is not None and self.usage is None and self.exit_status is None:
            _kill(self.init)

    def bury(self, usage_of_bwrap: resource.struct_rusage) -> None:
        """Called when bubblewrap has left: its first process is ours now, unless bubblewrap has seen it die itself."""
        self.read_status()
        if self.init is None:
            self.usage = usage_of_bwrap
            return
        try:
            pid, _, usage = os.wait4(self.init, os.WNOHANG)
        except ChildProcessError:
            self.usage = usage_of_bwrap
        else:
            self.usage = usage if pid else None

    def report(self) -> Message:
        """What the judge is told."""
        assert self.usage is not None
        exit_code = re.search(rb'"exit-code": *(\d+)', self.status_text)
        return {
            "id": self.id,
            "exit_code": int(exit_code[1]) if exit_code else None,
            "cpu_s": self.usage.ru_utime + self.usage.ru_stime,
            "wall_s": time.monotonic() - self.started,
            "memory_kb": self.usage.ru_maxrss,
            "killed": self.killed if exit_code or self.killed else "failed",
            "runnable": self.runnable,
            "ended_s": self.ended,
        }

    def close(self) -> None:
        """Closes what is left open."""
        os.close(self.status)
        os.close(self.block)


class Launcher:
    """Waits for messages, for words from bubblewrap, for dead children and for the time of the next check."""

    def __init__(self, judge: socket.socket) -> None:
        self.judge = judge
        self.runs: dict[int, Run] = {}
        self.selector = selectors.DefaultSelector()
        self.hung_up = False
        self.wakeup, wakeup_end = os.pipe()
        for end in (self.wakeup, wakeup_end):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        # Python ignores these two, and a child would inherit that: an endless writer would never be stopped.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        if _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "cannot become a subreaper")

    def serve(self) -> None:
        """Runs until the judge has hung up and nothing is left running."""
        self.selector.register(self.judge, selectors.EVENT_READ, self.hear)
        self.selector.register(self.wakeup, selectors.EVENT_READ, self.drain)
        while self.runs or not self.hung_up:
            soonest = min((run.next_check for run in self.runs.values()), default=float("inf"))
            wait_s = None if soonest == float("inf") else max(soonest - time.monotonic(), 0)
            for key, _ in self.selector.select(wait_s):
                key.data()
            self.reap()
            now = time.monotonic()
            for run in self.runs.values():
                if now >= run.next_check:
                    run.check(now)

    def hear(self) -> None:
        """One message from the judge, or its end."""
        try:
            data, files, _, _ = socket.recv_fds(self.judge, _MAX_MESSAGE, 3)
        except ConnectionResetError:
            data, files = b"", []
        if not data:
            self.hang_up()
            return
        message = json.loads(data)
        if "cancel" in message:
            for run in self.runs.values():
                if run.id == message["cancel"]:
                    run.kill("cancelled")
            return
        run = Run(message, files)
        for partner in [other for other in self.runs.values() if other.id == message["partner"]]:
            run.partner, partner.partner = partner, run
        self.runs[run.bwrap] = run
        self.selector.register(run.status, selectors.EVENT_READ, lambda: self.listen(run))

    def listen(self, run: Run) -> None:
        """Words from bubblewrap about a run; silence forever once it has closed its end."""
        before = len(run.status_text)
        run.read_status()
        if len(run.status_text) == before:
            self.selector.unregister(run.status)

    def hang_up(self) -> None:
        """The judge is gone: nobody wants the results."""
        self.hung_up = True
        self.selector.unregister(self.judge)
        for run in self.runs.values():
            run.kill("cancelled")

    def drain(self) -> None:
        """Empties the pipe that SIGCHLD writes to."""
        os.read(self.wakeup, 4096)

    def reap(self) -> None:
        """Collects the dead, and reports the runs of which nothing is left."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    break
                self.collect(pid, status, usage)
        for run in [run for run in self.runs.values() if run.exit_status is not None and run.usage is not None]:
            del self.runs[run.bwrap]
            with contextlib.suppress(KeyError):
                self.selector.unregister(run.status)
            with contextlib.suppress(OSError):  # The judge has gone; `hear` will notice.
                self.judge.send(json.dumps(run.report()).encode(), socket.MSG_NOSIGNAL)
            run.close()

    def collect(self, pid: int, status: int, usage: resource.struct_rusage) -> None:
        """A dead child: a bubblewrap, or the first process of a namespace that bubblewrap left to us."""
        run = self.runs.get(pid)
        if run is not None:
            run.exit_status = status
            run.ended = time.monotonic()
            run.bury(usage)
            return
        for run in self.runs.values():
            if run.init == pid:
                run.usage = usage


def _become_bubblewrap(
    launcher: int, message: Message, files: list[int], status: int, block: int, filters: list[int]
) -> None:
    """In the child: descriptors and limits, then bubblewrap. Never returns."""
    try:
        # bubblewrap will ask for the same, but only once it runs.
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != launcher:
            return
        for target, source in enumerate(files):
            os.dup2(source, target)
        _close_all_but((0, 1, 2, status, block, *filters))
        for inherited in (status, block, *filters):
            os.set_inheritable(inherited, True)
        # If memory runs out, the kernel should take this one.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
        for name, (soft, hard) in message["limits"].items():
            _limit(getattr(resource, name), soft, hard)
        options = ["--json-status-fd", str(status), "--block-fd", str(block)]
        for inherited in filters:
            options += ["--seccomp", str(inherited)]
        command = [message["bwrap"], *options, *message["options"], *message["arguments"]]
        os.execve(command[0], command, message["environment"])  # noqa: S606 - a list, and no shell
    except BaseException as error:
        # Whatever happened, this copy of the launcher must not go on; stderr is the run's.
        os.write(2, f"cannot start bubblewrap: {error}\n".encode())
    finally:
        os._exit(127)


def _close_all_but(kept: tuple[int, ...]) -> None:
    """Whatever is open here that a command should not have: the judge's socket above all."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are all that is wanted
        if int(name) not in kept:
            with contextlib.suppress(OSError):  # The listing had one of its own.
                os.close(int(name))


def _limit(kind: int, soft: int, hard: int) -> None:
    """Sets a limit, -1 for none, no higher than what we may have ourselves."""
    _, ours = resource.getrlimit(kind)
    ceiling = float("inf") if ours == resource.RLIM_INFINITY else ours
    values = [min(float("inf") if value < 0 else value, ceiling) for value in (soft, hard)]
    resource.setrlimit(kind, tuple(resource.RLIM_INFINITY if v == float("inf") else int(v) for v in values))  # type: ignore[arg-type]


def _counts_processes_per_namespace() -> bool:
    """Before Linux 5.14 RLIMIT_NPROC counts all of the user's processes, and would refuse the first one."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int(re.match(r"\d*", minor)[0] or 0)) >= (5, 14)  # type: ignore[index]


def _only_child(init: int) -> int | None:
    """The command itself, the child of its namespace's first process; None before it starts and after it ends."""
    try:
        children = Path(f"/proc/{init}/task/{init}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _cpu_of(pid: int | None) -> float:
    """CPU seconds of all threads of a process so far; 0 when it is gone."""
    if pid is None:
        return 0.0
    try:
        # The kernel's own encoding of "CPU clock of that process" as a clock id.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _wants_processor(pid: int) -> bool:
    """Whether any thread is running, waiting for a processor or waiting for the disk."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            state = (thread / "stat").read_text().rpartition(")")[2].split()[0]
            if state in "RD":
                return True
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
