"""A statement file for a problem of which all but the statement is known: the user pastes that below its heading."""

import re
from collections.abc import Sequence

from alphacode_sandbox import Case
from alphacode_server.problem.companion import Payload

HEADING = "## Statement"


def statement_file(payload: Payload) -> str:
    """Markdown that parse_statement reads back: the same title, address, limits and examples."""
    return f"{_front_matter(payload)}\n{HEADING}\n\n\n{examples_as_markdown(payload.examples)}"


def examples_as_markdown(examples: Sequence[Case]) -> str:
    """A section with a fence for each text, named so that the text is read back as it is, blanks and all."""
    if not examples:
        return ""
    fences = (
        _fence(name, text)
        for number, case in enumerate(examples, 1)
        for name, text in ((f"input{number}", case.input), (f"output{number}", case.expected or ""))
    )
    return "\n## Examples\n\n" + "\n".join(fences)


def _fence(name: str, text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    mark = "`" * max(3, longest + 1)
    end = "" if not text or text.endswith("\n") else "\n"
    return f"{mark}{name}\n{text}{end}{mark}\n"


def _front_matter(payload: Payload) -> str:
    values = (
        ("title", _quoted(payload.name)),
        ("url", payload.url),
        ("time_limit", _time(payload.time_limit_ms)),
        ("memory_limit", f"{payload.memory_limit_mb} MB" if payload.memory_limit_mb else None),
        ("interactive", "yes" if payload.interactive else None),
        ("input", payload.input_file),
        ("output", payload.output_file),
    )
    return "".join(("---\n", *(f"{key}: {value}\n" for key, value in values if value), "---\n"))


def _time(milliseconds: int | None) -> str | None:
    if not milliseconds:
        return None
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"


def _quoted(title: str) -> str:
    """Quotes where YAML would read a plain text as something else."""
    is_plain = title[0].isalnum() and ": " not in title and " #" not in title and not title.endswith(":")
    return title if is_plain else f'"{title}"'
