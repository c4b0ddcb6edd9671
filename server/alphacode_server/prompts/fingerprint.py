"""What tells whether a policy is asked in the words it was trained on."""

import hashlib

from alphacode_server.candidate import Hand
from alphacode_server.problem import Problem
from alphacode_server.prompts.prompt import PromptStyle
from alphacode_server.prompts.solving import DIALECTS, solve_prompt

_PROBLEM = Problem("Sum", "Read two integers and print their sum.\n\nExample\nInput\n1 2\nOutput\n3")


def prompt_sha256(style: PromptStyle) -> str:
    """The hash of what a style asks for one problem in every language: it changes with every word of ours."""
    hands = (Hand(language, 1.0, 800, ("implementation", "math")) for language in sorted(DIALECTS))
    return hashlib.sha256("\0".join(repr(solve_prompt(_PROBLEM, hand, style)) for hand in hands).encode()).hexdigest()
