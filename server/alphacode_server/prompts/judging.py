"""The prompts for judgements: of one program with what it prints, and of two outputs for one input.

LEVER (Ni et al. 2023) showed that a judge who sees what a program prints knows more than one who reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_sandbox import Program, RunResult, Verdict
from alphacode_server.problem import Problem
from alphacode_server.prompts.block import block
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import DIALECTS, SYSTEM
from alphacode_server.prompts.statement import statement_of

JUDGE_LABELS = ("yes", "no")
DUEL_LABELS = ("A", "B")

_ENDINGS = {
    Verdict.TLE: "(ran out of time)",
    Verdict.ILE: "(ran out of time)",
    Verdict.MLE: "(ran out of memory)",
    Verdict.OLE: "(printed without end)",
}
_CRASHED = "(crashed)"


@dataclass(frozen=True, slots=True)
class Run:
    """An input, and how a program ended on it."""

    input: str
    result: RunResult


def judge_prompt(problem: Problem, program: Program, runs: Sequence[Run] = ()) -> Prompt:
    """Asks whether a program is right. The probability of `JUDGE_LABELS[0]` against the rest is its score."""
    dialect = DIALECTS.get(program.language)
    title, fence = (dialect.title, dialect.fence) if dialect else (program.language, program.language)
    code = f"{FENCE}{fence}\n{program.code.strip()}\n{FENCE}"
    shown = "".join(f"\n\nInput:\n{block(run.input)}\nIt prints:\n{_ending(run.result)}" for run in runs)
    request = (
        "Is this program a correct solution of the problem above, right on every valid input and fast enough? "
        "Answer yes or no."
    )
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\nA {title} program:\n\n{code}{shown}\n\n{request}")


def duel_prompt(problem: Problem, text: str, first: RunResult, second: RunResult) -> Prompt:
    """Asks which of two outputs for one input is right; `DUEL_LABELS` stand for them in this order."""
    a, b = DUEL_LABELS
    shown = (
        f"Two programs were run on this input:\n{block(text)}\n\n"
        f"Output {a}:\n{_ending(first)}\n\nOutput {b}:\n{_ending(second)}"
    )
    request = f"Which output is right for this input? Answer {a} or {b}."
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{shown}\n\n{request}")


def _ending(result: RunResult) -> str:
    if result.verdict is not Verdict.RUN:
        return _ENDINGS.get(result.verdict, _CRASHED)
    return block(result.stdout) if result.stdout.strip() else "(nothing)"
