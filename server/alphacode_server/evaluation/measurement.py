"""What a run measures of one problem, as a line of its log, and what all problems of a run have in common."""

import hashlib
import json
from dataclasses import dataclass
from typing import TypeVar

import cattrs

from alphacode_server.pipeline import Effort
from alphacode_server.protocol import CostBody
from alphacode_server.protocol.encoding import to_json
from alphacode_server.strategies import DEFAULT_STRATEGY

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Settings:
    """What must be the same for figures to belong together. A data set may still grow, and problems are left out."""

    samples: int
    """For each problem."""
    languages: tuple[str, ...]
    sampler: str
    model: str | None
    """As it was named; None for the sampler's own choice."""
    api_url: str | None
    time_s: float | None
    """Wall seconds for each problem."""
    effort: Effort
    seed: int
    strategy: str = DEFAULT_STRATEGY
    tokens: int | None = None
    """That the model may write for each problem."""

    def seed_of(self, problem: str) -> int:
        """A problem's own seed, which does not depend on what other problems there are."""
        return int.from_bytes(hashlib.sha256(f"{self.seed} {problem}".encode()).digest()[:4], "big") >> 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """One problem: how its search went, what it cost, and which programs were right."""

    problem: str
    """Its name in the data set."""
    digest: str
    """Of its statement and tests."""
    model: str
    seed: int
    selector: str
    """Whose picks they are; also, what it put first was scored."""
    samples: int
    """That were drawn. A reply of a model without a program in it counts as one that fails."""
    counts: dict[str, int]
    """sampled, distinct, compiled, passing, clusters as in a search; right: samples that pass the hidden tests."""
    picks: tuple[str, ...]
    """Verdicts of the ranked programs on the hidden tests, best first; empty when no program passes the examples."""
    tokens: int
    """Of the samples."""
    seconds: dict[str, float]
    """By phase, on the wall."""
    cpu_s: dict[str, float]
    """Likewise, of processors."""
    isolation: str
    host_factor: float
    """What time limits were multiplied with on this machine."""
    versions: dict[str, str]
    warnings: tuple[str, ...] = ()
    cost: CostBody | None = None
    """Of all stages together; None in logs that do not say."""


def as_line(value: Settings | Measurement) -> str:
    """JSON, its keys the names of the fields."""
    return json.dumps(to_json(value), ensure_ascii=False) + "\n"


def from_line(line: str, kind: type[_Kind]) -> _Kind:
    """Raises ValueError, naming the field, for a line that holds something else."""
    try:
        return cattrs.structure(json.loads(line), kind)
    except cattrs.BaseValidationError as error:
        raise ValueError("; ".join(cattrs.transform_error(error))) from error
