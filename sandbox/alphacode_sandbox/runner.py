"""Runs one command in isolation and says, in the judge's words, how it ended."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

from alphacode_sandbox.errors import SandboxError
from alphacode_sandbox.isolation import Bounds, Command, Isolation, Outcome
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.metering import count
from alphacode_sandbox.verdict import RunResult, Verdict

# A process that died with this much of its memory in use probably died of wanting more.
_NEARLY_ALL = 0.85
_OUT_OF_MEMORY = (b"std::bad_alloc", b"MemoryError", b"memory allocation of", b"out of memory")


class Runner:
    """Bounds how many commands run at a time; everybody who runs something shares it."""

    def __init__(self, isolation: Isolation, workers: int) -> None:
        self._isolation = isolation
        self.slots = Slots(workers)

    @property
    def folder(self) -> Path:
        """A place for files that commands are to see; private to the judge, and gone when it is."""
        return self._isolation.folder

    def reaches(self, path: str) -> bool:
        """Whether commands can get at a file or folder of ours."""
        return self._isolation.reaches(path)

    async def run(self, command: Command, stdin: bytes = b"") -> RunResult:
        """How the command ended."""
        outcome, verdict = await self.judged(command, stdin)
        return _result(outcome, verdict, command.bounds)

    async def judged(self, command: Command, stdin: bytes = b"") -> tuple[Outcome, Verdict]:
        """Outcome and verdict; tried a second time when the first says more about the machine than the command."""
        outcome = await self._execute(command, stdin)
        verdict = verdict_of(outcome, command.bounds)
        if verdict is not Verdict.IE:
            return outcome, verdict
        return await self._again(command, stdin)

    async def run_all(self, command: Command, stdins: Sequence[bytes]) -> tuple[RunResult, ...]:
        """How the command ended on each of many inputs, which costs less than as many single runs."""
        async with self.slots:
            outcomes = await self._isolation.execute_all(command, stdins)
        _count(outcomes)
        results = []
        for outcome, stdin in zip(outcomes, stdins, strict=True):
            verdict = verdict_of(outcome, command.bounds)
            if verdict is Verdict.IE:
                outcome, verdict = await self._again(command, stdin)
            results.append(_result(outcome, verdict, command.bounds))
        return tuple(results)

    async def converse(self, one: Command, other: Command) -> tuple[RunResult, RunResult, bool]:
        """How two commands that talk to each other ended, and whether the first of them was the first to end.

        Together they count as one that runs, since they take turns. Tried a second time like a single command.
        """
        for _ in range(2):
            async with self.slots:
                outcomes = await self._isolation.converse(one, other)
            _count(outcomes)
            results = [
                _result(outcome, verdict_of(outcome, command.bounds), command.bounds)
                for outcome, command in zip(outcomes, (one, other), strict=True)
            ]
            if all(result.verdict is not Verdict.IE for result in results):
                break
        for outcome in outcomes:
            _must_have_started(outcome)
        return results[0], results[1], outcomes[0].ended_s <= outcomes[1].ended_s

    async def _again(self, command: Command, stdin: bytes) -> tuple[Outcome, Verdict]:
        """The second try, whose verdict is never IE. What brings the sandbox down twice does so on purpose."""
        outcome = await self._execute(command, stdin)
        _must_have_started(outcome)
        verdict = verdict_of(outcome, command.bounds)
        return outcome, Verdict.SV if verdict is Verdict.IE else verdict

    async def _execute(self, command: Command, stdin: bytes) -> Outcome:
        async with self.slots:
            outcome = await self._isolation.execute(command, stdin)
        _count([outcome])
        return outcome


class Slots:
    """So many may run at a time, and the others wait in turn."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.n_running = 0
        self.n_waiting = 0
        self._free = asyncio.Semaphore(workers)

    async def __aenter__(self) -> None:
        self.n_waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.n_waiting -= 1
        self.n_running += 1

    async def __aexit__(self, *_: object) -> None:
        self.n_running -= 1
        self._free.release()


def bounds_of(limits: Limits, cpu_s: float, runtime_mb: int) -> Bounds:
    """What a run may use under a problem's limits. Wall time is a backstop: the verdict goes by CPU time."""
    return Bounds(
        cpu_s=cpu_s,
        wall_s=3 * cpu_s + 1,
        memory_bytes=(limits.memory_mb + runtime_mb) << 20,
        # One byte more than allowed, so that "exactly at the limit" and "wanted more" can be told apart.
        file_bytes=(limits.output_kb << 10) + 1,
    )


def _result(outcome: Outcome, verdict: Verdict, bounds: Bounds) -> RunResult:
    limit = int(bounds.file_bytes) - 1
    return RunResult(
        verdict=verdict,
        stdout=outcome.stdout[:limit].decode(errors="replace"),
        stderr=outcome.stderr[:limit].decode(errors="replace"),
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        cpu_s=outcome.cpu_s,
        wall_s=outcome.wall_s,
        memory_kb=outcome.memory_kb,
    )


def _count(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        count(outcome.cpu_s, outcome.killed)


def _must_have_started(outcome: Outcome) -> None:
    if outcome.killed == "unstarted":
        raise SandboxError(outcome.stderr.decode(errors="replace"))


def verdict_of(outcome: Outcome, bounds: Bounds) -> Verdict:
    """RUN, or what went wrong. IE means that the run says nothing about the program and should be repeated."""
    out_of_time = outcome.killed == "cpu" or outcome.signal == signal.SIGXCPU or outcome.cpu_s > bounds.cpu_s
    too_much_output = max(len(outcome.stdout), len(outcome.stderr)) >= bounds.file_bytes
    if outcome.killed in ("failed", "unstarted"):
        return Verdict.IE
    if out_of_time:
        return Verdict.TLE
    if outcome.killed == "memory":
        return Verdict.MLE
    if outcome.killed == "wall":
        return Verdict.ILE
    if outcome.signal == signal.SIGXFSZ or too_much_output:
        return Verdict.OLE
    if outcome.exit_code == 0:
        return Verdict.RUN
    if outcome.signal == signal.SIGSYS:
        return Verdict.SV
    return Verdict.MLE if _ran_out_of_memory(outcome, bounds) else Verdict.RE


def _ran_out_of_memory(outcome: Outcome, bounds: Bounds) -> bool:
    """Without a cgroup nobody says so: the allocation fails, and the program dies of that in its own way."""
    if any(words in outcome.stderr for words in _OUT_OF_MEMORY):
        return True
    died = outcome.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGKILL)
    return died and outcome.memory_kb * 1024 > _NEARLY_ALL * bounds.memory_bytes
