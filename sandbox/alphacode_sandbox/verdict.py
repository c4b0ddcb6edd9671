"""What a run or a case ended as. A wrong program is a value of these, never an exception."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The judge's words, the same in the terminal, the protocol and the editor."""

    AC = "AC"  # accepted
    WA = "WA"  # wrong answer
    CE = "CE"  # compile error
    TLE = "TLE"  # CPU time limit exceeded
    ILE = "ILE"  # idle: wall time ran out while the CPU limit had not
    MLE = "MLE"  # memory limit exceeded
    OLE = "OLE"  # output limit exceeded
    RE = "RE"  # run-time error: a signal or an exit code other than 0
    SV = "SV"  # sandbox violation
    IE = "IE"  # internal error: ours, never counted against the program
    RUN = "RUN"  # ran to the end, with nothing to compare


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run of one program on one input."""

    verdict: Verdict
    """RUN when the program ended by itself with exit code 0; never AC, WA or CE."""
    stdout: str
    """Decoded as UTF-8 with replacement, cut at the output limit."""
    stderr: str
    exit_code: int | None
    """None when a signal ended the program."""
    signal: int | None
    cpu_s: float
    wall_s: float
    memory_kb: int
    """Peak resident set in KiB."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case of a program: the verdict and the run behind it."""

    index: int
    """Position of the case in the list that was asked for, from 0."""
    verdict: Verdict
    run: RunResult
    difference: str | None = None
    """For WA, the first difference in words: "line 1: expected `6`, got `5`", or what the checker program said. For IE,
    what is wrong with the checker program or the interactor, where they are to blame."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A program on all its cases."""

    verdict: Verdict
    """AC (or RUN where nothing was expected) when every case is; else the first other verdict, in case order."""
    compile_output: str
    """The compiler's diagnostics, cut; empty where there were none."""
    cases: tuple[CaseResult, ...]
    """In case order. Shorter than the cases asked for after a compile error or an early stop."""
    time_limit_s: float | None = None
    """CPU seconds that each run could have, both factors included; None where it is not known."""

    @property
    def passed(self) -> int:
        """How many cases are AC."""
        return sum(case.verdict is Verdict.AC for case in self.cases)
