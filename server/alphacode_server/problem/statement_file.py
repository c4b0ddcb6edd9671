"""A statement file for a problem of which all but the statement is known: the user pastes that below its heading."""

import re
from collections.abc import Sequence

from alphacode_sandbox import Case
from alphacode_server.problem.companion import Payload

HEADING = "## Statement"


def statement_file(payload: Payload) -> str:
    """Markdown that parse_statement reads back: the same title, address, limits and examples."""
    head = front_matter(
        title=payload.name,
        url=payload.url,
        time_limit_ms=payload.time_limit_ms,
        memory_limit_mb=payload.memory_limit_mb,
        interactive="yes" if payload.interactive else None,
        input=payload.input_file,
        output=payload.output_file,
    )
    return f"{head}\n{HEADING}\n\n\n{examples_as_markdown(payload.examples)}"


def with_statement(text: str, statement: str) -> str:
    """A statement file that lacks its statement, with it. The front matter and the examples stay."""
    before, heading, after = text.partition(f"{HEADING}\n")
    rest = after.lstrip("\n")
    return f"{before}{heading}\n{statement.strip()}\n" + (f"\n{rest}" if rest else "")


def line_to_paste_at(text: str) -> int:
    """Where a statement file wants the statement, from 0; its first line where it has no place for one."""
    lines = text.splitlines()
    return min(lines.index(HEADING) + 2, len(lines)) if HEADING in lines else 0


def examples_as_markdown(examples: Sequence[Case]) -> str:
    """A section with a fence for each text, named so that the text is read back as it is, blanks and all."""
    if not examples:
        return ""
    fences = (
        fence(name, text)
        for number, case in enumerate(examples, 1)
        for name, text in ((f"input{number}", case.input), (f"output{number}", case.expected or ""))
    )
    return "\n## Examples\n\n" + "\n".join(fences)


def fence(name: str, text: str) -> str:
    """`text` in a fence whose info string is `name`; the marks are longer than any in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    mark = "`" * max(3, longest + 1)
    end = "" if not text or text.endswith("\n") else "\n"
    return f"{mark}{name}\n{text}{end}{mark}\n"


def front_matter(
    *,
    title: str,
    url: str | None = None,
    time_limit_ms: int | None = None,
    memory_limit_mb: int | None = None,
    **others: str | None,
) -> str:
    """The block with what is known. The texts are single lines."""
    values = {
        "title": _quoted(title),
        "url": url,
        "time_limit": _time(time_limit_ms),
        "memory_limit": f"{memory_limit_mb} MB" if memory_limit_mb else None,
        **others,
    }
    return "".join(("---\n", *(f"{key}: {value}\n" for key, value in values.items() if value), "---\n"))


def _time(milliseconds: int | None) -> str | None:
    if not milliseconds:
        return None
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"


def _quoted(title: str) -> str:
    """Quotes where YAML would read a plain text as something else."""
    is_plain = title[:1].isalnum() and ": " not in title and " #" not in title and not title.endswith(":")
    return title if is_plain or not title else f'"{title}"'
