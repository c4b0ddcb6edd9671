"""What a program reads or prints, as prompts show it."""

from alphacode_server.prompts.prompt import FENCE

MAX_SHOWN_CHARS = 500
"""What is longer is cut, and the prompt says so."""


def block(text: str, *, keeps_end: bool = False) -> str:
    """Fenced, and cut where it is long: at the end, or at the beginning of an error, whose end is worth most."""
    text = text.strip().replace(FENCE, "")
    if len(text) > MAX_SHOWN_CHARS:
        cut = f"[... {len(text) - MAX_SHOWN_CHARS} characters left out ...]"
        text = f"{cut}\n{text[-MAX_SHOWN_CHARS:]}" if keeps_end else f"{text[:MAX_SHOWN_CHARS]}\n{cut}"
    return f"{FENCE}\n{text}\n{FENCE}"
