"""Two texts as a unified difference that says which is which."""

import difflib


def difference(left: str, right: str, left_name: str, right_name: str) -> str:
    """Empty where the texts are equal. Ends of lines count as one kind, and so does a missing one at the end."""
    lines = difflib.unified_diff(left.splitlines(), right.splitlines(), left_name, right_name, lineterm="")
    return "".join(f"{line}\n" for line in lines)
