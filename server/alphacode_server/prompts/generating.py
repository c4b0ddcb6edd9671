"""The prompt for a program that generates inputs."""

from alphacode_server.problem import Problem
from alphacode_server.prompts.prompt import FENCE, Prompt
from alphacode_server.prompts.solving import SYSTEM
from alphacode_server.prompts.statement import statement_of

TASK = "# Prints one random valid input, every value and every length chosen with the random module."

SEEDING = """import random
import sys

random.seed(int(sys.stdin.readline()))
"""

MAX_SHOWN_CHARS = 400


def generator_prompt(problem: Problem) -> Prompt:
    """Asks for a Python program that prints one random input. It reads its seed, an integer, from standard input.

    The seeding stands in the opening, so that every program written after it repeats itself for the same seed.
    """
    request = (
        "Do not solve the problem above. Write a Python 3 program that prints one random valid input for it, exactly "
        "in the format of the Input section. Draw every value and every length by random.randint, from the lower to "
        "the upper limit that the Input section states. Reply with one code block only."
    )
    # A small model goes on best after a line of code: after a comment it writes more comments, or nothing.
    opening = f"{FENCE}python\n{TASK}\n{format_of(problem)}{SEEDING}"
    return Prompt(SYSTEM, f"{statement_of(problem)}\n\n{request}", opening, stop=(FENCE,))


def format_of(problem: Problem) -> str:
    """An example's input as a comment: reminded of the format here, a small model leaves out fewer lines."""
    if not problem.examples:
        return ""
    shown = problem.examples[0].input.strip()[:MAX_SHOWN_CHARS].replace(FENCE, "")
    return "# The format of an input, by example:\n" + "".join(f"#   {line}\n" for line in shown.splitlines())
