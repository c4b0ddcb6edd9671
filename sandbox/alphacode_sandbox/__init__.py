"""Runs untrusted programs and says how they ended. Knows no statements, models or editors."""

from alphacode_sandbox.case import Case
from alphacode_sandbox.checker import Checker, CheckerKind
from alphacode_sandbox.errors import SandboxError, SandboxUnavailable, ToolchainMissing
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.program import Program
from alphacode_sandbox.verdict import CaseResult, Judgement, RunResult, Verdict

__all__ = [
    "Case", "CaseResult", "Checker", "CheckerKind", "Judgement", "Limits", "Program", "RunResult",
    "SandboxError", "SandboxUnavailable", "ToolchainMissing", "Verdict",
]  # fmt: skip
