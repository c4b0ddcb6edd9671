"""Mending a program that fails a test: the model is shown what it prints, and anchors hold what works already."""

from collections.abc import Sequence

from alphacode_sandbox import Case, CaseResult, Program, Verdict, reason
from alphacode_server.prompts import FENCE
from alphacode_server.prompts.block import block
from alphacode_server.prompts.solving import DIALECTS
from alphacode_server.strategies.alphacodium.desk import Desk
from alphacode_server.strategies.alphacodium.values import Analysis

OPENING = "what_went_wrong: "


async def fix(
    desk: Desk, program: Program, case: Case, result: CaseResult, notes: str, *, in_one: bool
) -> Program | None:
    """A new program; `in_one` call, or in two of which the first analyses, and may raise NoAnswer."""
    dialect = DIALECTS[program.language]
    shown = {
        "code": f"{FENCE}{dialect.fence}\n{program.code.strip()}\n{FENCE}",
        "failure": _failure(desk, case, result),
        "notes": notes,
    }
    analysis = ""
    if not in_one:
        said = await desk.ask("analyze_failure", Analysis, OPENING, shown)
        analysis = f"What is wrong:\n{said}\n\n"
    return await desk.write("fix_code", {**shown, "analysis": analysis})


async def fails(desk: Desk, program: Program, case: Case) -> CaseResult | None:
    """How it fails the case; None where it passes, or does not compile."""
    judgement = await desk.test(program, [case])
    return next((each for each in judgement.cases if each.verdict is not Verdict.AC), None)


async def keeps(desk: Desk, program: Program, anchors: Sequence[Case]) -> bool:
    """Whether a program passes all tests that one before it has passed."""
    judgement = await desk.test(program, anchors)
    return judgement.verdict in (Verdict.AC, Verdict.RUN)


def _failure(desk: Desk, case: Case, result: CaseResult) -> str:
    shown = [f"Input:\n{block(case.input)}", f"Expected output:\n{block(case.expected or '')}"]
    if result.run.verdict is Verdict.RUN:
        shown.append(f"Output of the program:\n{block(result.run.stdout)}")
    else:
        shown.append(f"The program did not get through: {reason(result, desk.problem.limits)}")
        if result.run.stderr.strip():
            shown.append(f"Its error:\n{block(result.run.stderr, keeps_end=True)}")
    return "\n".join(shown)
