"""Pieces of Markdown that hold other people's text."""


def escaped(text: str) -> str:
    """As it is, whatever stars and the like it holds."""
    return text.replace("*", r"\*").replace("_", r"\_").replace("`", r"\`")


def cell(text: str) -> str:
    """On one line and within a table's cell."""
    return " ".join(text.split()).replace("|", r"\|")


def block(text: str, language: str = "text") -> str:
    """A fenced block, whatever fences the text holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    body = text.rstrip("\n")
    return f"{fence}{language}\n{body}\n{fence}"
