"""The prompt for a judgement about a program."""

from alphacode_sandbox import Program
from alphacode_server.problem import Problem
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import DIALECTS, SYSTEM
from alphacode_server.prompts.statement import statement_of

JUDGE_LABELS = ("yes", "no")


def judge_prompt(problem: Problem, program: Program) -> Prompt:
    """Asks whether a program is right. The probability of `JUDGE_LABELS[0]` against the rest is its score."""
    dialect = DIALECTS.get(program.language)
    title, fence = (dialect.title, dialect.fence) if dialect else (program.language, program.language)
    request = (
        f"Is the following {title} program a correct solution of the problem above, right on every valid input and "
        "fast enough? Answer yes or no."
    )
    code = f"{FENCE}{fence}\n{program.code.strip()}\n{FENCE}"
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{request}\n\n{code}")
