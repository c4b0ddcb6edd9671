"""What the comment at the top of a source says about its problem, as templates of contest tools write it.

// Problem: C. Registration System          competitest, CP Editor
// URL: https://codeforces.com/problemset/problem/4/C
// Memory Limit: 64 MB
// Time Limit: 5000 ms

# @lc app=leetcode id=1 lang=python3        vscode-leetcode
# [1] Two Sum
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from alphacode_server.problem.association import first_lines
from alphacode_server.problem.limits import parse_memory_mb, parse_time_ms

_COMMENT = re.compile(r"\s*(?://+|#+|--|;+|%+|/\*+|\*+|\"{3}|'{3})?\s*(?P<text>\S.*?)\s*(?:\*+/|\"{3}|'{3})?\s*")
_FIELD = re.compile(
    r"(?P<key>url|problem|time limit|memory limit)(?:\s*\([a-z]+\))?\s*:\s*(?P<value>\S.*)", re.IGNORECASE
)
_LEETCODE = re.compile(r"@lc app=(?P<site>leetcode(?:\.cn)?) id=(?P<id>[\w.-]+)")
_LEETCODE_TITLE = re.compile(r"\[[\w.-]+\] (?P<title>.+)")


@dataclass(frozen=True, slots=True)
class Header:
    """None for what the comment does not say."""

    title: str | None = None
    url: str | None = None
    time_limit_ms: int | None = None
    memory_limit_mb: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Header()


def read_header(text: str) -> Header:
    """Only an address or LeetCode's mark is believed alone: comments speak of problems for many reasons."""
    lines = [match["text"] for line in first_lines(text) if (match := _COMMENT.fullmatch(line))]
    fields: dict[str, str] = {}
    for line in lines:
        if match := _FIELD.fullmatch(line):
            fields.setdefault(match["key"].lower(), match["value"])
    url = fields.get("url")
    if url is None or not url.lower().startswith(("http://", "https://")):
        return _leetcode_header(lines)
    return Header(
        title=fields.get("problem"),
        url=url,
        time_limit_ms=_limit(parse_time_ms, fields.get("time limit"), "ms"),
        memory_limit_mb=_limit(parse_memory_mb, fields.get("memory limit"), "MB"),
    )


def _leetcode_header(lines: list[str]) -> Header:
    mark = next((match for line in lines if (match := _LEETCODE.match(line))), None)
    if mark is None:
        return Header()
    title = next((match["title"] for line in lines if (match := _LEETCODE_TITLE.fullmatch(line))), None)
    return Header(title=title or f"LeetCode {mark['id']}")


def _limit(parse: Callable[[str], int | None], text: str | None, unit: str) -> int | None:
    """Templates often leave the unit out."""
    return None if text is None else parse(f"{text} {unit}" if text.isdecimal() else text)
