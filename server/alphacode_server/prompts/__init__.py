"""Prompts: a problem and what is asked about it become the text a model continues.

The statement comes first, right after a system line that all prompts share, and what differs between samples comes
last, so that an engine's prefix cache serves every prompt of a problem: samples, generators, repairs and scores.
"""

from alphacode_server.prompts.brute_force import brute_force_prompt
from alphacode_server.prompts.fingerprint import prompt_sha256
from alphacode_server.prompts.generating import generator_prompt
from alphacode_server.prompts.judging import DUEL_LABELS, JUDGE_LABELS, Run, duel_prompt, judge_prompt
from alphacode_server.prompts.prompt import FENCE, Prompt, PromptStyle, render
from alphacode_server.prompts.repairing import repair_prompt
from alphacode_server.prompts.solving import solve_prompt
from alphacode_server.prompts.statement import MAX_STATEMENT_CHARS, statement_of
from alphacode_server.prompts.validating import validator_prompt

__all__ = [
    "DUEL_LABELS", "FENCE", "JUDGE_LABELS", "MAX_STATEMENT_CHARS", "Prompt", "PromptStyle", "Run",
    "brute_force_prompt", "duel_prompt", "generator_prompt", "judge_prompt", "prompt_sha256", "render", "repair_prompt",
    "solve_prompt", "statement_of", "validator_prompt",
]  # fmt: skip
