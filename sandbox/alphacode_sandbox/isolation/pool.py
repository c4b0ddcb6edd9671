"""The cells of a judge: which one a command runs in, how it is run there, and what becomes of the cell afterwards."""

import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox.errors import SandboxError, SandboxUnavailable
from alphacode_sandbox.isolation.cell import Cell, CellGone, Running
from alphacode_sandbox.isolation.cgroup import make_group
from alphacode_sandbox.isolation.command import UNLIMITED, Bounds, Command, Outcome
from alphacode_sandbox.isolation.files import Files, files_for, pipe
from alphacode_sandbox.isolation.layers import Surroundings
from alphacode_sandbox.isolation.messages import MAX_RUNS, Flag, Killed, Kind, Reply, Step
from alphacode_sandbox.isolation.seccomp import Profile
from alphacode_sandbox.toolchains.toolchain import SCRATCH

_WORN_OUT = 5000
"""Runs after which a cell is replaced by a fresh one."""
_WORTH_FORKING = 3
"""Inputs from which on it is cheaper to start a program once and fork it than to start it anew for each."""
_SCOPES_SIGNALS = 6
"""The version of Landlock from which on it keeps a process from signalling others."""
_WARM_BOUNDS = Bounds(20, 60, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED)


class Isolation:
    """A way to run commands, and the level it was shown to reach on this machine. Made by `open_isolation`."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.level = around.layers.level
        self.layers = around.layers
        self.folder: Path = around.folder
        """A place for files that commands are to see: private to the judge, and gone when it is, however it ends."""
        self.shortfalls: tuple[str, ...] = ()
        """Why there is no better level."""
        self._cells: set[Cell] = set()
        self._idle: dict[tuple[str, ...], list[Cell]] = {}
        """By the interpreter that is kept warm in them."""
        self._closed = False

    def reaches(self, path: str) -> bool:
        """Whether commands can get at a file or folder of ours.

        A root user's commands run as an unprivileged user, who cannot enter every folder of this machine.
        """
        if self.layers.namespaces or os.getuid() != 0:
            return True
        real = Path(os.path.realpath(path))
        return all(folder.stat().st_mode & 0o001 for folder in real.parents) and bool(real.stat().st_mode & 0o004)

    async def execute(self, command: Command, stdin: bytes = b"") -> Outcome:
        """Runs to the end; a cancelled task's command is dead before the cancellation goes on."""
        return (await self.execute_all(command, [stdin]))[0]

    async def execute_all(self, command: Command, stdins: Sequence[bytes]) -> list[Outcome]:
        """Runs a command once for each input, one after the other; cancelled like `execute`."""
        async with self._cell(command) as cell:
            outcomes: list[Outcome] = []
            for start in range(0, len(stdins), MAX_RUNS):
                outcomes += await self._execute_part(cell, command, stdins[start : start + MAX_RUNS])
            return outcomes

    async def converse(self, one: Command, other: Command) -> tuple[Outcome, Outcome]:
        """Runs two commands at a time, the output of each a pipe to the input of the other; nothing is kept of it.

        What is written and not yet read is bounded by the pipe; whoever writes more waits, and idles.
        """
        one, other = replace(one, warm=0), replace(other, warm=0)
        with files_for([b"", b""]) as (files, other_files):
            async with self._cell(one) as cell, self._cell(other) as other_cell:
                # Our own copies of the ends are closed before we wait, or nobody would see the other's end.
                with pipe() as (theirs, ours), pipe() as (our_input, their_output):
                    ends = [our_input, ours, files.descriptors[2]]
                    run = self._send(cell, Kind.EXECUTE, one, ends, partner=other_cell)
                    ends = [theirs, their_output, other_files.descriptors[2]]
                    other_run = self._send(other_cell, Kind.EXECUTE, other, ends, partner=cell)
                async with asyncio.TaskGroup() as both:
                    both.create_task(_runs_finished(cell, run))
                    both.create_task(_runs_finished(other_cell, other_run))
                (outcome,) = _outcomes(cell, run, one, [files], 0.0)
                (other_outcome,) = _outcomes(other_cell, other_run, other, [other_files], 0.0)
                return outcome, other_outcome

    async def close(self) -> None:
        """Ends every cell, and what runs in it."""
        self._closed = True
        self._idle.clear()
        await asyncio.gather(*(self._discard(cell) for cell in list(self._cells)))

    async def _execute_part(self, cell: Cell, command: Command, stdins: Sequence[bytes]) -> list[Outcome]:
        with files_for(stdins) as files:
            startup_s = await self._started_once(cell, command, len(stdins))
            kind = Kind.EXECUTE if startup_s is None and not cell.template else Kind.FORK
            try:
                descriptors = [descriptor for one in files for descriptor in one.descriptors]
                running = self._send(cell, kind, command, descriptors, len(stdins))
                await _runs_finished(cell, running)
            finally:
                if startup_s is not None:
                    await _finished(cell, cell.send(Kind.COOL, command, Flag(0)))
            return _outcomes(cell, running, command, files, startup_s or 0.0)

    async def _started_once(self, cell: Cell, command: Command, n_inputs: int) -> float | None:
        """Starts the program up to its `main` if that is worth while and possible: CPU seconds it took, else None."""
        if not command.forkable or n_inputs < _WORTH_FORKING or cell.template or not self.layers.filter:
            return None
        if not self.layers.namespaces and cell.landlock < _SCOPES_SIGNALS:
            return None  # What static constructors do would not be kept from signalling other processes.
        program = replace(
            command,
            readable=(*command.readable, str(self.folder / "template.so")),
            bounds=self._bounds(command.bounds),
            profile=Profile.TEMPLATE,
        )
        running = cell.send(Kind.WARM, program, self._flags(command) | Flag.AT_MAIN)
        try:
            await _finished(cell, running)
        except asyncio.CancelledError:
            cell.is_spent = True  # It may have started all the same.
            raise
        is_ready = running.replies and running.replies[0].step == Step.NONE
        return running.replies[0].cpu_ns / 1e9 if is_ready else None

    def _send(
        self,
        cell: Cell,
        kind: Kind,
        command: Command,
        files: Sequence[int],
        n_runs: int = 1,
        partner: Cell | None = None,
    ) -> Running:
        flags = self._flags(command)
        arguments, profile = command.arguments, command.profile
        if kind is Kind.FORK:
            arguments, profile = arguments[command.warm :] if command.warm else (), Profile.FORK
        arguments = tuple(argument.replace(SCRATCH, str(cell.scratch)) for argument in arguments)
        if cell.group:
            cell.group.limit(command.bounds.memory_bytes)
        bounds = self._bounds(command.bounds)
        sent = replace(command, arguments=arguments, profile=profile, bounds=bounds)
        return cell.send(kind, sent, flags, files, n_runs, partner)

    def _flags(self, command: Command) -> Flag:
        starts_processes = command.profile is not Profile.CANDIDATE or not self.layers.filter
        return (Flag.STARTS if starts_processes else Flag(0)) | (Flag.WRITES if command.writes else Flag(0))

    def _bounds(self, bounds: Bounds) -> Bounds:
        """What of the bounds the kernel is to enforce."""
        if not self.layers.limits:
            return Bounds(bounds.cpu_s, bounds.wall_s, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED)
        if not self.layers.namespaces and os.getuid() != 0:
            # All processes of the user would count. A candidate cannot start any, and its threads take address space.
            return replace(bounds, processes=UNLIMITED)
        return bounds

    @asynccontextmanager
    async def _cell(self, command: Command) -> AsyncIterator[Cell]:
        """A cell that nobody else uses for as long as the block lasts."""
        home = command.arguments[: command.warm] if self.layers.filter else ()
        idle = self._idle.setdefault(home, [])
        while idle and idle[-1].is_spent:  # Something has killed it meanwhile.
            await self._discard(idle.pop())
        cell = idle.pop() if idle else await self._opened(home, command)
        try:
            yield cell
        finally:
            if self._closed or cell.is_spent or cell.n_runs >= _WORN_OUT:
                await self._discard(cell)
            else:
                idle.append(cell)

    async def _opened(self, home: tuple[str, ...], command: Command) -> Cell:
        """A new cell. One that is killed while its interpreter starts, as for lack of memory, is replaced once."""
        with suppress(CellGone):
            return await self._open(home, command)
        try:
            return await self._open(home, command)
        except CellGone as error:
            raise SandboxError(f"{home[0]} could not be kept warm: {error}, twice.") from error

    async def _open(self, home: tuple[str, ...], command: Command) -> Cell:
        if self._closed:
            raise SandboxError("The judge was closed while a program was to be run.")
        group = make_group(self.folder.name) if self.layers.cgroup else None
        if self.layers.cgroup and group is None:
            raise SandboxUnavailable("there is no control group for memory and processes that we may use")
        cell = Cell(self._around, group)
        self._cells.add(cell)
        try:
            await cell.open()
            if home:
                await self._warm(cell, home, command)
        except BaseException:
            await self._discard(cell)
            raise
        return cell

    async def _warm(self, cell: Cell, home: tuple[str, ...], command: Command) -> None:
        """Starts the interpreter that is to be kept warm. What a run may do is decided when it is forked."""
        interpreter = replace(
            command,
            arguments=home,
            readable=(*command.readable, str(self.folder)),
            bounds=_WARM_BOUNDS,
            folder="/",
            profile=Profile.TEMPLATE,
        )
        running = cell.send(Kind.WARM, interpreter, Flag.WRITES)
        await cell.finished(running)
        if not running.replies or running.replies[0].step != Step.NONE:
            raise SandboxError(f"{home[0]} could not be kept warm in the sandbox.")
        cell.keep_template(home)

    async def _discard(self, cell: Cell) -> None:
        await cell.close()
        self._cells.discard(cell)


async def _finished(cell: Cell, running: Running) -> None:
    """Waits for the replies, of which a broken cell leaves some out."""
    with suppress(CellGone):
        await cell.finished(running)


async def _runs_finished(cell: Cell, running: Running) -> None:
    """Likewise; a cell that they spoil is used no more, even where nobody wants to know any longer how they ended."""
    try:
        await _finished(cell, running)
    finally:
        cell.is_spent |= any(map(_spoils, running.replies))


def _outcomes(
    cell: Cell, running: Running, command: Command, files: Sequence[Files], startup_s: float
) -> list[Outcome]:
    """How each run ended; `failed` for those that a broken cell never got to."""
    limit = int(command.bounds.file_bytes)
    outcomes = []
    for run, one in enumerate(files):
        printed = one.printed(limit)
        if run < len(running.replies):
            reply = running.replies[run]
            outcomes.append(_outcome(reply, _why_killed(reply, run in running.idled, cell), printed, startup_s))
        else:
            outcomes.append(Outcome(None, None, *printed, 0.0, 0.0, 0, "failed"))
    return outcomes


def _spoils(reply: Reply) -> bool:
    """Whether something happened after which the cell is better replaced."""
    violated = os.WIFSIGNALED(reply.status) and os.WTERMSIG(reply.status) == signal.SIGSYS
    return bool(reply.is_dirty) or reply.step == Step.TEMPLATE or (reply.status >= 0 and violated)


def _why_killed(reply: Reply, idled: bool, cell: Cell) -> str | None:
    if reply.step != Step.NONE:
        return "memory" if (reply.step, reply.error) == (Step.EXECUTE, errno.ENOMEM) else "unstarted"
    if reply.killed == Killed.CPU:
        return "cpu"
    if reply.killed == Killed.ASKED:
        return "wall" if idled else "cancelled"
    if os.WIFSIGNALED(reply.status) and os.WTERMSIG(reply.status) == signal.SIGKILL:
        return "memory" if cell.group and cell.group.ran_out() else None
    return None


def _outcome(reply: Reply, killed: str | None, printed: tuple[bytes, bytes], startup_s: float) -> Outcome:
    if reply.step != Step.NONE:
        return Outcome(None, None, b"", _trouble(reply), 0.0, 0.0, 0, killed)
    exited = reply.status >= 0 and os.WIFEXITED(reply.status)
    signaled = reply.status >= 0 and os.WIFSIGNALED(reply.status)
    return Outcome(
        exit_code=os.WEXITSTATUS(reply.status) if exited else None,
        signal=os.WTERMSIG(reply.status) if signaled else None,
        stdout=printed[0],
        stderr=printed[1],
        cpu_s=reply.cpu_ns / 1e9 + startup_s,
        wall_s=reply.wall_ns / 1e9,
        memory_kb=reply.memory_kb,
        killed=killed,
        ended_s=reply.ended_ns / 1e9,
    )


def _trouble(reply: Reply) -> bytes:
    """Why a run has not even begun."""
    return f"the sandbox failed at {Step(reply.step).name.lower()}: {os.strerror(reply.error)}".encode()
