"""Why a case is not accepted, in the same words wherever it is shown."""

import re
import signal

from alphacode_sandbox.limits import Limits
from alphacode_sandbox.verdict import CaseResult, RunResult, Verdict

_MAX_LENGTH = 300
_CAUSE = re.compile(
    r"""^(?:Exception\ in\ thread\ "[^"\n]*"\ |thread\ '.*panicked\ at\ .*\n|panic:\ |fatal\ error:\ )(?P<cause>.+)$""",
    re.MULTILINE | re.VERBOSE,
)


def reason(case: CaseResult, limits: Limits) -> str:
    """`stopped after 2004 ms (limit 2000 ms)`; empty where the verdict says it all.

    `limits` are those that the run had in the end.
    """
    run = case.run
    match case.verdict:
        case Verdict.WA:
            return case.difference or "the output differs"
        case Verdict.TLE:
            return f"stopped after {run.cpu_s * 1000:.0f} ms (limit {limits.time_s * 1000:.0f} ms)"
        case Verdict.ILE:
            return f"idle for {run.wall_s * 1000:.0f} ms, perhaps waiting for input that never comes"
        case Verdict.MLE:
            return f"{run.memory_kb // 1024} MB used (limit {limits.memory_mb} MB)"
        case Verdict.OLE:
            return f"it wrote more than {limits.output_kb} KB"
        case Verdict.RE:
            return _ending(run)
        case Verdict.SV:
            return "it tried what the sandbox forbids"
        case Verdict.IE:
            return f"the judge failed and the program is not to blame: {case.difference or last_line(run.stderr)}"
        case _:
            return ""


def last_line(text: str) -> str:
    """The last that is not empty, cut to a readable length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:_MAX_LENGTH] if lines else ""


def _ending(run: RunResult) -> str:
    """`exit 139 (SIGSEGV)`, or the exception that a program died of."""
    if run.signal is not None:
        try:
            name = signal.Signals(run.signal).name
        except ValueError:
            name = f"signal {run.signal}"
        return f"exit {128 + run.signal} ({name})"
    named = _CAUSE.search(run.stderr)
    cause = named["cause"][:_MAX_LENGTH] if named else last_line(run.stderr)
    return f"exit {run.exit_code}" + (f": {cause}" if cause else "")
