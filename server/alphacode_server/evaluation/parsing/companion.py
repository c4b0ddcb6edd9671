"""Fixtures of Competitive Companion's own tests: what it sends for a page.

Each payload becomes a statement file, which must be read back to the same problem, and a file stem that Linux, macOS
and Windows can keep.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from alphacode_sandbox import Case
from alphacode_server.evaluation.parsing.known import Known, all_of, differs, distinct, first_difference
from alphacode_server.problem import parse_statement
from alphacode_server.problem.companion import payload_of
from alphacode_server.problem.file_stem import file_stem
from alphacode_server.problem.statement_file import statement_file

_LONGEST_NAME = 255
_ROOM_FOR_ENDINGS = 30
_NOT_ON_WINDOWS = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|(?:com|lpt)[0-9])$', re.IGNORECASE)


def known_fixture(fixture: Mapping[str, Any]) -> Known:
    """`result` is a payload, or those of a contest."""
    result = fixture["result"]
    payloads = result if isinstance(result, list) else [result]
    return Known(fixture["name"], lambda: all_of(*map(_check, payloads), _check_names(payloads)))


def _check(sent: Mapping[str, Any]) -> str:
    problem = parse_statement(statement_file(payload_of(sent))).problem
    tests = distinct(Case(test["input"], test["output"]) for test in sent["tests"])
    return all_of(
        differs("title", " ".join(sent["name"].split()), problem.title),
        differs("url", sent["url"], problem.url),
        differs("time limit", sent["timeLimit"] or None, problem.time_limit_ms),
        differs("memory limit", sent["memoryLimit"] or None, problem.memory_limit_mb),
        differs("interactive", sent["interactive"], problem.interactive),
        first_difference(tests, problem.examples),
    )


def _check_names(payloads: list[Mapping[str, Any]]) -> str:
    stems: list[str] = []
    for payload in payloads:
        stems.append(file_stem(payload["name"], stems))
    unsafe = [stem for stem in stems if not _is_safe(stem)]
    n_files = len({unicodedata.normalize("NFKD", stem.casefold()) for stem in stems})
    return all_of(
        f"no file may be called {unsafe[0]!r}" if unsafe else "",
        "" if n_files == len(stems) else f"{len(stems)} problems, but {n_files} files",
    )


def _is_safe(stem: str) -> bool:
    n_bytes = len(stem.encode())
    is_hidden_or_option = stem.startswith((".", "-"))
    return (
        0 < n_bytes <= _LONGEST_NAME - _ROOM_FOR_ENDINGS
        and not is_hidden_or_option
        and not _NOT_ON_WINDOWS.search(stem)
    )
