"""The statement as prompts show it."""

from alphacode_server.problem import Problem

MAX_STATEMENT_CHARS = 12_000
"""About 3,500 tokens: longer than every statement of a contest, short enough for a small model's context."""


def statement_of(problem: Problem, max_chars: int = MAX_STATEMENT_CHARS) -> str:
    """The title, unless the text says it, and the text; what is too long loses its middle, which the text then says."""
    text = problem.statement.strip()
    if problem.title and problem.title not in text:
        text = f"{problem.title}\n\n{text}"
    if len(text) <= max_chars:
        return text
    # Examples and notes stand at the end, the task at the start: the middle is the least loss.
    head = max_chars * 2 // 3
    return f"{text[:head]}\n\n[... {len(text) - max_chars} characters left out ...]\n\n{text[head - max_chars :]}"
