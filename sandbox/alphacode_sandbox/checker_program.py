"""Programs that judge: checkers, which read what a candidate printed, and interactors, which talk to it.

They are as untrusted as candidates and run like them, without a network; only they ever see the expected output.
Each of their runs sees a folder of files, and may write to a scratch folder that is gone afterwards.

    form     a checker's arguments          an interactor's                      accepts   rejects
    testlib  INPUT OUTPUT ANSWER FLAGS      INPUT SCRATCH/output ANSWER FLAGS       0      1, and 2, 4, 8 for bad form
    kattis   INPUT ANSWER SCRATCH/ FLAGS    the same                               42      43

In Kattis' form a checker reads the output from its standard input. Any other end, 3 of testlib above all, is a fault of
the judging program.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from alphacode_sandbox.case import Case
from alphacode_sandbox.compilation import Compiled
from alphacode_sandbox.isolation import Command
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.program import Program
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.toolchain import SCRATCH
from alphacode_sandbox.verdict import RunResult, Verdict

_LONGEST_REASON = 300
_LIMITS = Limits(time_s=10, memory_mb=1024)


class CheckerForm(StrEnum):
    """How a judging program is called, and what its exit codes mean."""

    TESTLIB = "testlib"
    KATTIS = "kattis"


@dataclass(frozen=True, slots=True)
class CheckerProgram:
    """A checker or an interactor: one source file, which includes no files of its own."""

    program: Program
    form: CheckerForm = CheckerForm.TESTLIB
    flags: tuple[str, ...] = ()
    """Further arguments."""
    limits: Limits = _LIMITS


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judging program said."""

    verdict: Verdict
    """AC, WA, or IE when it is the one that failed."""
    reason: str | None = None
    """In its own words where it had any; None for AC."""


async def checked(output: str, case: Case, checker: CheckerProgram, compiled: Compiled, runner: Runner) -> Opinion:
    """Runs a checker, compiled or not, on what a candidate printed."""
    if not compiled.compilation.ok:
        return does_not_compile(compiled, "checker")
    with case_files(runner.folder, case, {"output": output}) as files:
        command = judging_command(checker, compiled, files, f"{files}/output")
        stdin = output if checker.form is CheckerForm.KATTIS else ""
        return opinion_of(await runner.run(command, stdin.encode(errors="replace")), checker.form, "checker")


def does_not_compile(compiled: Compiled, who: str) -> Opinion:
    """`who` is what we call the program: "checker" or "interactor"."""
    return Opinion(Verdict.IE, f"the {who} does not compile: {_shown(compiled.compilation.output[:_LONGEST_REASON])}")


@contextmanager
def case_files(folder: Path, case: Case, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """A folder below `folder` with the case and `more`, for one run. Nobody but us ever writes there."""
    with tempfile.TemporaryDirectory(prefix="check-", dir=folder) as name:
        for file, text in {"input": case.input, "answer": case.expected or "", **(more or {})}.items():
            Path(name, file).write_bytes(text.encode(errors="replace"))
        Path(name).chmod(0o755)
        yield name


def judging_command(checker: CheckerProgram, compiled: Compiled, files: str, output: str) -> Command:
    """`output` is the file for testlib's second argument, read by a checker and written by an interactor."""
    command = compiled.command(checker.limits)
    match checker.form:
        case CheckerForm.TESTLIB:
            arguments = (f"{files}/input", output, f"{files}/answer")
        case CheckerForm.KATTIS:
            arguments = (f"{files}/input", f"{files}/answer", f"{SCRATCH}/")
    return replace(
        command,
        arguments=(*command.arguments, *arguments, *checker.flags),
        readable=(*command.readable, files),
        writes=True,
    )


_ACCEPTS = {CheckerForm.TESTLIB: 0, CheckerForm.KATTIS: 42}
_REJECTS = {
    # Wrong answer; presentation error; dirt after the output; unexpected end of the output.
    CheckerForm.TESTLIB: {1: "", 2: "presentation error", 4: "presentation error", 8: "presentation error"},
    CheckerForm.KATTIS: {43: ""},
}


def opinion_of(run: RunResult, form: CheckerForm, who: str) -> Opinion:
    """What the end of a judging program's run means."""
    said = run.stderr.strip() or run.stdout.strip()
    # MLE may be read from words in the output, and a candidate may have been quoted there: the exit code stands.
    if run.verdict in _FAILURES and not (run.verdict is Verdict.MLE and run.exit_code is not None):
        return Opinion(Verdict.IE, f"the {who} failed: {_FAILURES[run.verdict]}")
    if run.exit_code == _ACCEPTS[form]:
        return Opinion(Verdict.AC)
    if run.exit_code in _REJECTS[form]:
        kind = _REJECTS[form][run.exit_code]
        words = _shown(said[:_LONGEST_REASON]) or f"the {who} rejected the output"
        return Opinion(Verdict.WA, words if words.startswith(kind) else f"{kind}: {words}")
    end = f"signal {run.signal}" if run.exit_code is None else f"exit code {run.exit_code}"
    # The last words of a program that crashed are the ones that say why.
    return Opinion(Verdict.IE, f"the {who} failed: {end}: {_shown(said[-_LONGEST_REASON:])}".removesuffix(": "))


_FAILURES = {
    Verdict.TLE: "it took too long",
    Verdict.ILE: "it idled",
    Verdict.MLE: "it ran out of memory",
    Verdict.OLE: "it wrote too much",
    Verdict.SV: "it did what the sandbox forbids",
    Verdict.IE: "the sandbox could not run it",
}


def _shown(text: str) -> str:
    """On one line, and harmless to a terminal: a candidate may have had a hand in it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
