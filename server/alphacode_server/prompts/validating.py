"""The prompt for a program that says whether an input is valid."""

from alphacode_server.problem import Problem
from alphacode_server.prompts.generating import format_of
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import SYSTEM
from alphacode_server.prompts.statement import statement_of

TASK = "# Checks that an input is valid: asserts its format and every limit of the Input section. Prints nothing."

# After this, 4 of 5 validators that Qwen2.5-Coder-1.5B writes for a problem of one integer are right; after the imports
# alone, none of 6. The input can be read once more, as a whole program does that repeats none of this.
READING = """import io
import sys

text = sys.stdin.read()
sys.stdin = io.StringIO(text)
lines = text.splitlines()
"""


def validator_prompt(problem: Problem) -> Prompt:
    """Asks for a Python program that reads an input and fails unless it is valid."""
    request = (
        "Do not solve the problem above. Write a Python 3 program that checks whether an input for it is valid. It "
        "reads the input, and asserts everything that the Input section says: how many lines there are, how many "
        "values are on each line, the limits of every number and of every length, and which characters may occur. "
        "Reply with one code block only."
    )
    opening = f"{FENCE}python\n{TASK}\n{format_of(problem)}{READING}"
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{request}", opening, stop=(FENCE,))
