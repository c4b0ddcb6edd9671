"""The prompt that asks to mend a program which fails an example."""

from alphacode_sandbox import Case, CaseResult, Program, Verdict
from alphacode_server.problem import Problem
from alphacode_server.prompts.block import block
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import DIALECTS, SYSTEM
from alphacode_server.prompts.statement import statement_of

_FAILURES = {
    Verdict.WA: "it prints something else",
    Verdict.TLE: "it is too slow",
    Verdict.ILE: "it waits without end",
    Verdict.MLE: "it takes too much memory",
    Verdict.OLE: "it prints too much",
}


def repair_prompt(problem: Problem, program: Program, example: Case, result: CaseResult) -> Prompt:
    """Shows the statement, the program, and what it does on `example`. Raises KeyError for an unknown language."""
    dialect = DIALECTS[program.language]
    failure = _FAILURES.get(result.verdict, "it crashes")
    code = f"{FENCE}{dialect.fence}\n{program.code.strip()}\n{FENCE}"
    request = "\n\n".join(
        [
            f"The following {dialect.title} program is wrong.\n\n{code}",
            f"For this input {failure}.\n\n{block(example.input)}",
            f"Expected output:\n\n{block(example.expected or '')}",
            f"Its output:\n\n{block(result.run.stdout)}",
            *([f"Its error:\n\n{block(result.run.stderr, keeps_end=True)}"] if result.run.stderr.strip() else []),
            "Find the mistake and write the whole program anew, right on every valid input. Reply with one code block "
            "only.",
        ]
    )
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{request}", f"{FENCE}{dialect.fence}\n", stop=(FENCE,))
