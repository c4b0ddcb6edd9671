"""The prompt for a brute-force program: slow, and obviously right."""

from alphacode_server.problem import Problem
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import SYSTEM
from alphacode_server.prompts.statement import statement_of

TASK = "# Brute force: does literally what the statement says, trying all possibilities.\n"


def brute_force_prompt(problem: Problem) -> Prompt:
    """Asks for a Python program that is right on small inputs, however long it takes on others."""
    request = (
        "Solve the problem above by brute force. Ignore the time limit and assume that every input is tiny. Use no "
        "insight and no formula: do literally what the statement says and try all possibilities, so that the program "
        "is obviously right. Write it in Python 3, read from standard input and write to standard output. Reply with "
        "one code block only."
    )
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{request}", f"{FENCE}python\n{TASK}", stop=(FENCE,))
