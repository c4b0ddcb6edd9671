"""Adaptation: the inputs of the matrix are those that tell the programs at hand apart.

Blind inputs tell most programs apart at once and the rest never. So inputs are drawn in batches, the later ones near
those that were of use, and of all that were tried those are kept that make the partition of the samples finest. Agentic
Verifier (2026) trains a model to write such inputs; ours searches for them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from alphacode_server.candidate import Candidate
from alphacode_server.pipeline.clock import Clock
from alphacode_server.pipeline.execution import SLOW, Experiment
from alphacode_server.pipeline.inputs import InputSource
from alphacode_server.pipeline.report import Report
from alphacode_server.selection import ExecutionMatrix, cluster, entropy_of, splitting

PANEL = 64
"""Programs that inputs are tried on at most: a random draw of them shows what splits the large clusters."""
MAX_DRY = 2
"""Batches in a row that may gain nothing."""
MAX_CRASHED = 0.2
"""The share of the programs that may crash on a valid input, beside a single one. All of them pass the examples, so
where more crash, nobody expected such an input, and right programs need not agree on it. Slow ones say nothing."""


@dataclass(frozen=True, slots=True)
class Trials:
    """How much may be tried for how many inputs."""

    n_inputs: int
    cpu_s: float
    """Of the programs that are tried. The batch in which it is reached is finished."""
    clock: Clock

    @classmethod
    def of(cls, n_sampled: int, n_inputs: int, clock: Clock) -> "Trials":
        """A tenth of a second a sample so far, which is a small part of what a sample costs to draw; at least 3 s."""
        return cls(n_inputs, max(3.0, 0.1 * n_sampled), clock)


async def choose_inputs(
    source: InputSource,
    experiment: Experiment,
    candidates: Sequence[Candidate],
    kept: Sequence[str],
    trials: Trials,
    report: Report,
) -> tuple[str, ...]:
    """At most `trials.n_inputs`: first those that split the candidates, the best first, then others that were tried.

    Inputs that are not `expected` are none of them, unless there are no others.

    `kept` are the inputs of before, when there were fewer candidates. However little time there is, there is one batch
    to begin with; empty when the source has nothing.
    """
    panel = candidates if len(candidates) <= PANEL else random.Random(0).sample(candidates, PANEL)
    chosen, parents, reached, n_dry, left_s = tuple(kept), tuple(kept), 0.0, 0, trials.cpu_s
    report.phase("generate_inputs", len(kept), trials.n_inputs)
    while not chosen or (n_dry < MAX_DRY and left_s > 0 and not trials.clock.is_over):
        batch = await source.draw(trials.n_inputs, parents)
        if not batch:
            break
        await experiment.run(panel, [*chosen, *batch])
        left_s -= _cpu_s(experiment.matrix(panel, batch))
        matrix = experiment.matrix(panel, expected(experiment.matrix(panel, [*chosen, *batch])))
        splits = splitting(matrix)
        others = (column for column in range(len(matrix.inputs)) if column not in splits)
        chosen = tuple(matrix.inputs[column] for column in (*splits, *others))[: trials.n_inputs]
        parents = chosen[: len(splits)]
        report.phase("generate_inputs", len(chosen), trials.n_inputs)
        if len(cluster(matrix)) == len(panel):
            break
        n_dry = n_dry + 1 if entropy_of(matrix) <= reached else 0
        reached = entropy_of(matrix)
    report.phase("generate_inputs", len(chosen), len(chosen))
    return chosen


def expected(matrix: ExecutionMatrix) -> tuple[str, ...]:
    """The inputs on which few programs crash, or all inputs where there is none."""
    crashes = [
        behaviour is not None and not behaviour.ran and behaviour.status not in SLOW for behaviour in matrix.behaviours
    ]
    allowed = max(1, MAX_CRASHED * len(matrix.programs))
    n_crashed = [sum(crashes[cell] for cell in column) for column in zip(*matrix.cells, strict=True)]
    return tuple(text for text, n in zip(matrix.inputs, n_crashed, strict=True) if n <= allowed) or matrix.inputs


def _cpu_s(matrix: ExecutionMatrix) -> float:
    return sum(map(sum, matrix.time_ms)) / 1000
