"""A row of CodeContests (Li et al. 2022), by the names of its columns.

    name, description                                  texts
    public_tests, private_tests, generated_tests       {"input": [...], "output": [...]}; in some copies all are `tests`
    time_limit {"seconds", "nanos"}, memory_limit_bytes, cf_rating, cf_tags      may be absent, null or 0

The public tests are the examples; without them, what the description gives as such. All others are hidden, and judged
by AlphaCode's own comparison, so that figures are comparable.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from alphacode_sandbox import Case, Checker, CheckerKind
from alphacode_server.evaluation.datasets.entry import Entry
from alphacode_server.problem import parse_statement

PUBLIC = "public_tests"
HIDDEN = ("private_tests", "generated_tests", "tests")
COLUMNS = (
    "name", "description", PUBLIC, *HIDDEN, "time_limit", "memory_limit_bytes", "cf_rating", "cf_tags",
)  # fmt: skip
"""What is read of a row; its solutions, which are most of it, are not."""

UNSTATED_MS = 10_000
"""The time limit of the authors' released judge."""


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Raises ValueError, naming the field, for what is no such row."""
    name, description = (_text(row, field) for field in ("name", "description"))
    parsed = parse_statement(description, name).problem
    examples = _cases(row, PUBLIC) or parsed.examples
    shown = {case.input.strip() for case in examples}
    hidden = tuple(case for field in HIDDEN for case in _cases(row, field) if case.input.strip() not in shown)
    if not hidden:
        raise ValueError(f"no hidden tests in `{'`, `'.join(HIDDEN)}` besides the examples")
    memory_mb = _number(row, "memory_limit_bytes") >> 20
    problem = replace(
        parsed,
        title=name,
        examples=examples,
        time_limit_ms=_time_ms(row) or parsed.time_limit_ms or UNSTATED_MS,
        memory_limit_mb=memory_mb or parsed.memory_limit_mb,
        checker=Checker(CheckerKind.ALPHACODE),
        rating=_number(row, "cf_rating") or None,
        tags=tuple(map(str, row.get("cf_tags") or ())),
    )
    obstacle = "interactive" if problem.interactive else ""
    return Entry(name, problem, hidden, problem.limits, problem.checker, obstacle)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"`{field}` must be a text that is not empty")
    return value


def _number(row: Mapping[str, Any], field: str) -> int:
    """0 where there is none."""
    value = row.get(field) or 0
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"`{field}` must be a whole number that is not below 0, not {value!r}")
    return value


def _time_ms(row: Mapping[str, Any]) -> int:
    """0 where there is none."""
    value = row.get("time_limit") or {}
    if not isinstance(value, Mapping):
        raise ValueError(f"`time_limit` must be an object with `seconds` and `nanos`, not {value!r}")
    return 1000 * _number(value, "seconds") + _number(value, "nanos") // 1_000_000


def _cases(row: Mapping[str, Any], field: str) -> tuple[Case, ...]:
    value = row.get(field) or {"input": [], "output": []}
    inputs, outputs = (value.get(part) if isinstance(value, Mapping) else None for part in ("input", "output"))
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        raise ValueError(f"`{field}` must be an object with `input` and `output`, two lists of the same length")
    if not all(isinstance(text, str) for text in (*inputs, *outputs)):
        raise ValueError(f"`{field}` must hold texts only")
    return tuple(map(Case, inputs, outputs))
