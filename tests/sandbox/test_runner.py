"""From how a command ended to the judge's word for it, where that cannot be brought about at will."""

import signal
from dataclasses import replace

import pytest

from alphacode_sandbox import Limits, Verdict
from alphacode_sandbox.isolation import Outcome
from alphacode_sandbox.runner import bounds_of, verdict_of

BOUNDS = bounds_of(Limits(time_s=1, memory_mb=64, output_kb=1), cpu_s=1, runtime_mb=16)

FINE = Outcome(exit_code=0, signal=None, stdout=b"", stderr=b"", cpu_s=0.1, wall_s=0.1, memory_kb=2000, killed=None)


def died_of(number: int) -> Outcome:
    return replace(FINE, exit_code=None, signal=number)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (FINE, "RUN"),
        (replace(FINE, exit_code=1), "RE"),
        (replace(FINE, exit_code=255), "RE"),
        (died_of(signal.SIGSEGV), "RE"),
        (died_of(signal.SIGSYS), "SV"),
        (died_of(signal.SIGXFSZ), "OLE"),
        (died_of(signal.SIGXCPU), "TLE"),
        # It came to its end, but later than allowed.
        (replace(FINE, cpu_s=1.01), "TLE"),
        (replace(died_of(signal.SIGKILL), killed="cpu"), "TLE"),
        # It idled for too long; whether it also took too long is told by its CPU time.
        (replace(died_of(signal.SIGKILL), killed="wall"), "ILE"),
        (replace(died_of(signal.SIGKILL), killed="wall", cpu_s=1.2), "TLE"),
        (replace(FINE, exit_code=None, killed="failed"), "IE"),
        (replace(died_of(signal.SIGKILL), killed="memory"), "MLE"),
        # An exit code is a program's own choice, whatever a shell would mean by it.
        (replace(FINE, exit_code=128 + signal.SIGSYS), "RE"),
        (replace(FINE, exit_code=128 + signal.SIGXCPU), "RE"),
        (replace(FINE, stdout=b"x" * 1024), "RUN"),
        (replace(FINE, stdout=b"x" * 1025), "OLE"),
        (replace(FINE, exit_code=1, stderr=b"x" * 1025), "OLE"),
        # The signs of an allocation that failed: the runtime says so, or nearly all memory was in use.
        (replace(died_of(signal.SIGABRT), stderr=b"what():  std::bad_alloc\n"), "MLE"),
        (replace(FINE, exit_code=1, stderr=b"MemoryError\n"), "MLE"),
        (replace(died_of(signal.SIGSEGV), memory_kb=79 * 1024), "MLE"),
        (replace(died_of(signal.SIGSEGV), memory_kb=50 * 1024), "RE"),
        (replace(FINE, memory_kb=79 * 1024), "RUN"),
    ],
)
def test_verdict_of(outcome: Outcome, verdict: str) -> None:
    assert verdict_of(outcome, BOUNDS) is Verdict(verdict)


def test_bounds() -> None:
    assert (BOUNDS.cpu_s, BOUNDS.wall_s) == (1, 4)
    assert BOUNDS.memory_bytes == 80 << 20
    assert bounds_of(Limits(time_s=2), cpu_s=6, runtime_mb=0).wall_s == 19
