"""What a new program starts from: the user's template, else a few lines that name the problem."""

import re

from alphacode_sandbox import LANGUAGES
from alphacode_server.problem.companion import Payload

_CPP = """#include <bits/stdc++.h>
using namespace std;

int main() {
}
"""
_NAME = re.compile(r"\$\((\w+)\)")


def source_text(payload: Payload, language: str, template: str | None) -> str:
    """A template's `$(PROBLEM)`, `$(URL)`, `$(GROUP)`, `$(TIMELIM)` and `$(MEMLIM)` are filled in, as competitest does;
    times are in ms, memory in MB."""
    if template is None:
        return _header(payload, language) + (_CPP if LANGUAGES[language].suffixes[0] == ".cpp" else "")
    values = {
        "PROBLEM": payload.name,
        "URL": payload.url or "",
        "GROUP": payload.group,
        "TIMELIM": payload.time_limit_ms or "",
        "MEMLIM": payload.memory_limit_mb or "",
    }
    return _NAME.sub(lambda match: str(values.get(match[1], match[0])), template)


def _header(payload: Payload, language: str) -> str:
    comment = "#" if LANGUAGES[language].suffixes[0] == ".py" else "//"
    lines = (f"{comment} Problem: {payload.name}", f"{comment} URL: {payload.url}" if payload.url else "")
    return "".join(f"{line}\n" for line in lines if line)
