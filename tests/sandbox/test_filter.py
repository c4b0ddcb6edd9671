"""Every system call there is, made from inside: what the table says is what happens."""

import errno
import platform
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alphacode_sandbox import Judge, Limits, Program, RunResult, open_judge
from alphacode_sandbox.isolation.syscalls import ALLOWED, KILLED, REFUSED, SPECIAL, numbers

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Arguments that no call accepts, so that one that gets through does nothing either.
CALLS = Program(
    "cpp",
    r"""
#include <cerrno>
#include <cstdio>
#include <unistd.h>
int main() {
    for (long number; scanf("%ld", &number) == 1;) {
        errno = 0;
        long result = syscall(number, -1, -1, -1, -1, -1, -1);
        printf("%d ", result == -1 ? errno : 0);
        fflush(stdout);
    }
}
""",
)
MACHINE = platform.machine()
LAST = 600  # Well above the newest call.
# The kernel shows these two to no filter, because it makes them itself where a process is probed. Whoever else makes
# them is ended with SIGILL.
UNFILTERED = {"x86_64": {335, 336}, "aarch64": set[int]()}  # uretprobe and uprobe


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    async with open_judge() as judge:
        yield judge


async def test_killed(judge: Judge) -> None:
    calls = numbers(KILLED, MACHINE)
    runs = await calling(judge, *((call,) for call in calls))
    assert {
        call: (run.verdict, run.signal, run.stdout) for call, run in zip(calls, runs, strict=True)
    } == dict.fromkeys(calls, ("SV", 31, ""))


async def test_refused(judge: Judge) -> None:
    calls = numbers(REFUSED, MACHINE)
    (run,) = await calling(judge, calls)
    assert errors(run) == [errno.EPERM] * len(calls)


async def test_unknown(judge: Judge) -> None:
    """What is in no group does not exist, and neither does what the next kernel will bring."""
    known = {call for group in (ALLOWED, REFUSED, KILLED, SPECIAL) for call in numbers(group, MACHINE)}
    calls = tuple(call for call in range(LAST) if call not in known | UNFILTERED[MACHINE])
    (run,) = await calling(judge, calls)
    assert errors(run) == [errno.ENOSYS] * len(calls)


async def test_judged_by_their_arguments(judge: Judge) -> None:
    """With arguments that nobody needs; the verdicts of threads show the others."""
    (run,) = await calling(judge, numbers(SPECIAL, MACHINE))
    clone, clone3, ioctl, prctl, prlimit, fcntl, tgkill, tkill = errors(run)
    assert (clone, clone3, ioctl) == (errno.EPERM, errno.ENOSYS, errno.ENOTTY)
    # The kernel itself answers fcntl: there is no such descriptor.
    assert (prctl, prlimit, fcntl, tgkill, tkill) == (errno.EPERM, errno.EPERM, errno.EBADF, errno.EPERM, errno.EPERM)


async def calling(judge: Judge, *calls: tuple[int, ...]) -> tuple[RunResult, ...]:
    return await judge.run(CALLS, [" ".join(map(str, one)) for one in calls], Limits())


def errors(run: RunResult) -> list[int]:
    assert run.verdict == "RUN", run
    return [int(word) for word in run.stdout.split()]
