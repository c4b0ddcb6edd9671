"""A sample as a line of JSON.

`code`, `language`, and where known `problem`, `model`, `temperature`, `metadata`, `seed`, `mean_logprob`,
`n_tokens`, `thoughts`.
"""

import json
from collections.abc import Mapping
from typing import Any

import cattrs

from alphacode_sandbox import Program
from alphacode_server.candidate import Sample
from alphacode_server.protocol import ThoughtsBody
from alphacode_server.protocol.encoding import to_json


def to_line(sample: Sample, problem: str | None = None) -> str:
    """`problem` is the key of the problem that the sample was drawn for."""
    fields: dict[str, object] = {
        "problem": problem,
        "language": sample.program.language,
        "code": sample.program.code,
        "model": sample.model,
        "temperature": sample.temperature,
        "metadata": sample.metadata,
        "seed": sample.seed,
        "mean_logprob": sample.mean_logprob,
        "n_tokens": sample.n_tokens,
        "thoughts": to_json(sample.thoughts),
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)


def from_line(line: str) -> tuple[str | None, Sample]:
    """The problem's key, if it is known, and the sample. Raises ValueError for a line that is none."""
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("a line of a recording is a JSON object")
    sample = Sample(
        program=Program(_required(value, "language"), _required(value, "code")),
        model=_optional(value, "model", str) or "unknown",
        temperature=_optional(value, "temperature", int, float),
        metadata=_optional(value, "metadata", dict) or {},
        seed=_optional(value, "seed", int),
        mean_logprob=_optional(value, "mean_logprob", int, float),
        n_tokens=_optional(value, "n_tokens", int) or 0,
        thoughts=_thoughts(_optional(value, "thoughts", dict)),
    )
    return _optional(value, "problem", str), sample


def _thoughts(value: dict[str, Any] | None) -> ThoughtsBody | None:
    try:
        return cattrs.structure(value, ThoughtsBody) if value else None
    except cattrs.BaseValidationError as error:
        raise ValueError("; ".join(cattrs.transform_error(error, "thoughts"))) from error


def _required(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(text := value.get(name), str) or not text:
        raise ValueError(f"`{name}` must be a string that is not empty")
    return text


def _optional(value: Mapping[str, Any], name: str, *kinds: type) -> Any:
    found = value.get(name)
    if found is not None and (not isinstance(found, kinds) or isinstance(found, bool)):
        raise ValueError(f"`{name}` must be of type {' or '.join(kind.__name__ for kind in kinds)}, not {found!r}")
    return found
