"""Runs untrusted programs and says how they ended. Knows no statements, models or editors."""

from alphacode_sandbox.case import Case
from alphacode_sandbox.checker import Checker, CheckerKind
from alphacode_sandbox.checker_program import CheckerForm, CheckerProgram
from alphacode_sandbox.compilation import Compilation
from alphacode_sandbox.errors import SandboxError, SandboxUnavailable, ToolchainMissing
from alphacode_sandbox.isolation.layers import LEVELS, Layers
from alphacode_sandbox.judge import Judge, open_judge
from alphacode_sandbox.languages import LANGUAGES, Language, language_of
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.metering import Meter, metered
from alphacode_sandbox.program import Program
from alphacode_sandbox.runner import Slots
from alphacode_sandbox.stress import Comparison, StressError, StressOutcome, StressPrograms, stress
from alphacode_sandbox.verdict import CaseResult, Judgement, RunResult, Verdict
from alphacode_sandbox.words import last_line, reason

__all__ = [
    "LANGUAGES", "LEVELS", "Case", "CaseResult", "Checker", "CheckerForm", "CheckerKind", "CheckerProgram",
    "Comparison", "Compilation", "Judge", "Judgement", "Language", "Layers", "Limits", "Meter", "Program", "RunResult",
    "SandboxError", "SandboxUnavailable", "Slots", "StressError", "StressOutcome", "StressPrograms", "ToolchainMissing",
    "Verdict", "language_of", "last_line", "metered", "open_judge", "reason", "stress",
]  # fmt: skip
