"""The released samples of CodeT (Chen et al. 2022) as a pool: HumanEval tasks, run on their generated tests.

Of every task there are two lines, one a file. `exec_matrix.jsonl.gz`: the programs, how often each was drawn, which of
the generated tests each passes, and whether it passes the hidden ones. `output_matrix.jsonl.gz`: what each returns for
the inputs of those tests that compare with a value, and which values the tests expect there.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from alphacode_sandbox import Verdict
from alphacode_server.evaluation.task import PoolError, Task
from alphacode_server.selection import NO_OUTPUT, Behaviour, Evidence, ExecutionMatrix, GeneratedTests, output_hash

EXECUTIONS = "exec_matrix.jsonl.gz"
OUTPUTS = "output_matrix.jsonl.gz"
CUT = 400
"""Characters that are kept of a value."""


def read_codet(folder: Path) -> tuple[Task, ...]:
    """In the order of the files. Raises PoolError, naming file and line, and OSError for what cannot be read."""
    nothing: dict[str, Any] = {}
    pairs = zip_longest(_lines(folder / EXECUTIONS), _lines(folder / OUTPUTS), fillvalue=nothing)
    tasks = []
    for number, (executions, outputs) in enumerate(pairs, start=1):
        try:
            tasks.append(_task(executions, outputs))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise PoolError(f"{folder / OUTPUTS}, line {number}: no task beside {EXECUTIONS}: {error!r}") from error
    return tuple(tasks)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise PoolError(f"{file}, line {number}: {error}") from error


def _task(executions: dict[str, Any], outputs: dict[str, Any]) -> Task:
    if executions["task_id"] != outputs["task_id"]:
        raise ValueError(f"{outputs['task_id']} beside {executions['task_id']}")
    n_samples = Counter(executions["sample_to_unique"])
    behaviours = tuple(map(_behaviour, outputs["values"]))
    # Two values may be one behaviour: all exceptions are crashes.
    numbers: dict[Behaviour | None, int] = {None: 0}
    cell_of = [numbers.setdefault(behaviour, len(numbers)) for behaviour in behaviours]
    rows = range(len(executions["unique_solutions"]))
    matrix = ExecutionMatrix(
        programs=tuple(f"{executions['task_id']}#{row:03}" for row in rows),
        multiplicities=tuple(n_samples[row] for row in rows),
        inputs=tuple(outputs["inputs"]),
        behaviours=tuple(numbers),
        cells=tuple([cell_of[value] for value in outputs["outputs"][row]] for row in rows),
    )
    evidence = Evidence(
        matrix=matrix,
        votes=tuple(map(_votes, outputs["expected"])),
        written_tests=GeneratedTests(
            counts=tuple(executions["test_count"]),
            passes=tuple(int(executions["passes"][row][::-1] or "0", 2) for row in rows),
        ),
    )
    return Task(executions["task_id"], evidence, tuple(map(bool, executions["correct"])))


def _behaviour(value: str) -> Behaviour:
    kind, _, text = value.partition(":")
    if kind == "ok":
        return Behaviour(Verdict.RUN, _hash(text))
    return Behaviour(Verdict.TLE if text == "TO" else Verdict.RE, "")


def _votes(expected: list[list[Any]]) -> dict[str, float]:
    votes = Counter[str]()
    for text, n in expected:
        votes[_hash(text[: CUT - len("ok:")])] += n
    return dict(votes)


def _hash(text: str) -> str:
    """A function that returns nothing is a program that prints nothing."""
    return NO_OUTPUT if text == "None" else output_hash(text)
