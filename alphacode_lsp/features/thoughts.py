"""What a flow thought before it wrote a candidate: the idea and why, the problem in points, the tests it wrote."""

from alphacode_lsp.markdown import cell, escaped
from alphacode_server.protocol import ThoughtsBody


def thoughts_text(thoughts: ThoughtsBody) -> str:
    """Markdown; empty where the flow had none."""
    parts = []
    if thoughts.solution:
        reason = f": {_line(thoughts.reason)}" if thoughts.reason.strip() else ""
        parts.append(f"Idea: {_line(thoughts.solution)}{reason}")
    if thoughts.reflection:
        parts.append("\n".join(f"- {_line(point)}" for point in thoughts.reflection))
    if thoughts.tests:
        rows = ["| generated test | expected | |", "|---|---|---|"]
        rows += [
            f"| {cell(test.input)} | {cell(test.output)} | {'doubted' if test.is_doubted else ''} |"
            for test in thoughts.tests
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def _line(text: str) -> str:
    return escaped(" ".join(text.split()))
