"""Recordings: a pool of programs with its evidence in a file, so that every selector can be replayed on it.

A recording is JSONL, compressed by gzip, of one problem. Its first line says what is common to all programs:

    {"alphacode_matrix": 1, "problem": "A+B", "inputs": ["1 2\\n", ...],
     "behaviours": [["RUN", "4e07408562bedb8b"], ["TLE", ""], ...],      status and output hash; a cell names one from 1
     "votes": [{"4e07408562bedb8b": 3}, ...],                            per input, or [] without votes
     "tests": [2, 1, ...],                                               how often each was written, or null
     "n_examples": 2,
     "scorer": "zero-shot",                                              what kind the scores are of
     "duels": [[0, 2, 0.7], ...]}                                        two programs, and how likely the first is right

Every further line is a program. Fields that were not recorded are absent, as `scorer` and `duels` may be above:

    {"id": "0123456789ab", "n": 3, "cells": [1, 1, 2], "ms": [10, 12, 2000], "kb": [900, 900, 900], "limit_ms": 2000,
     "score": 0.7, "load": 0.2, "examples": 2, "tests": "101", "correct": true}

`n` is how many samples had the program. `cells` has an index of `behaviours` an input, 0 where it was not run; inputs
at the end that were not run are left out, of `ms` and `kb` too. `load` is the CPU time on large inputs as a share of
the time limit. `tests` has a character a test, 1 for passed. `correct` is what hidden tests say, for evaluation only.
"""

import gzip
import json
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphacode_sandbox import Verdict
from alphacode_server.selection.evidence import Duel, Evidence, GeneratedTests
from alphacode_server.selection.matrix import Behaviour, ExecutionMatrix

FORMAT = "alphacode_matrix"
VERSION = 1


class RecordingError(Exception):
    """A file is no recording; the message names it and the line."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One problem's pool."""

    problem: str
    evidence: Evidence
    correct: tuple[bool, ...] | None = None
    """Per program, whether it passes the hidden tests; None where nobody has said. No selector sees it."""


def write_recording(recording: Recording, path: Path) -> None:
    """Replaces what is there. The same recording always gives the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as file:
        for line in _lines(recording):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def read_recording(path: Path) -> Recording:
    """Raises RecordingError, naming file and line, for what is not a recording; OSError for what cannot be read."""
    n_read = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            header, rows, n_read = _Header(json.loads(next(file, ""))), list[_Row](), 1
            for line in file:
                rows.append(_Row(json.loads(line), header))
                n_read += 1
            return _recording(header, rows)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RecordingError(f"{path}, line {n_read + 1}: {reason}") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise RecordingError(f"{path}, line {n_read + 1}: not whole, or not compressed by gzip: {error}") from error


class _Header:
    """The first line, checked."""

    def __init__(self, line: dict[str, Any]) -> None:
        if not isinstance(line, dict) or line.get(FORMAT) != VERSION:
            raise ValueError(f'not a recording: it must begin with {{"{FORMAT}": {VERSION}, ...')
        self.problem = str(line["problem"])
        self.inputs = tuple(map(str, line["inputs"]))
        self.behaviours = (None, *(Behaviour(Verdict(status), str(output)) for status, output in line["behaviours"]))
        self.votes = tuple({str(output): n for output, n in votes.items()} for votes in line["votes"])
        self.counts = None if line["tests"] is None else tuple(line["tests"])
        self.n_examples = int(line["n_examples"])
        self.scorer = str(line.get("scorer", ""))
        self.duels = tuple(Duel(int(a), int(b), float(won)) for a, b, won in line.get("duels", ()))
        if self.votes and len(self.votes) != len(self.inputs):
            raise ValueError(f"{len(self.inputs)} inputs, but votes for {len(self.votes)}")


class _Row:
    """A program's line, checked against the header."""

    def __init__(self, line: dict[str, Any], header: _Header) -> None:
        n_inputs = len(header.inputs)
        self.line = line
        self.id, self.n = str(line["id"]), int(line["n"])
        self.cells = _filled(line, "cells", n_inputs)
        self.ms = _filled(line, "ms", n_inputs) if "ms" in line else None
        self.kb = _filled(line, "kb", n_inputs) if "kb" in line else None
        self.passes = int(line["tests"][::-1] or "0", 2) if header.counts is not None else 0
        if self.n < 1:
            raise ValueError(f"n is {self.n}: a program has at least one sample")
        if n_inputs and max(self.cells) >= len(header.behaviours):
            raise ValueError(f"a cell names behaviour {max(self.cells)} of {len(header.behaviours) - 1}")
        if header.counts is not None and len(line["tests"]) != len(header.counts):
            raise ValueError(f"{len(line['tests'])} test results, but {len(header.counts)} tests")


def _filled(line: dict[str, Any], name: str, n_inputs: int) -> Sequence[int]:
    """Numbers for all inputs; those that were left out at the end are 0."""
    numbers = array("I", line[name])
    if len(numbers) > n_inputs:
        raise ValueError(f"{len(numbers)} {name}, but {n_inputs} inputs")
    numbers.extend([0] * (n_inputs - len(numbers)))
    return numbers


def _recording(header: _Header, rows: Sequence[_Row]) -> Recording:
    lines = [row.line for row in rows]
    matrix = ExecutionMatrix(
        programs=tuple(row.id for row in rows),
        multiplicities=tuple(row.n for row in rows),
        inputs=header.inputs,
        behaviours=header.behaviours,
        cells=tuple(row.cells for row in rows),
        time_ms=tuple(row.ms for row in rows if row.ms is not None),
        memory_kb=tuple(row.kb for row in rows if row.kb is not None),
    )
    evidence = Evidence(
        matrix=matrix,
        scores={place: float(line["score"]) for place, line in enumerate(lines) if "score" in line},
        scorer=header.scorer,
        votes=header.votes,
        written_tests=GeneratedTests(header.counts, tuple(row.passes for row in rows)) if header.counts else None,
        n_examples=header.n_examples,
        examples=tuple(int(line["examples"]) for line in lines if "examples" in line),
        time_limits_ms=tuple(int(line["limit_ms"]) for line in lines if "limit_ms" in line),
        duels=header.duels,
        loads={place: float(line["load"]) for place, line in enumerate(lines) if "load" in line},
    )
    correct = tuple(bool(line["correct"]) for line in lines if "correct" in line)
    partial = (matrix.time_ms, matrix.memory_kb, evidence.examples, evidence.time_limits_ms, correct)
    if any(len(column) not in (0, len(rows)) for column in partial):
        raise ValueError("ms, kb, examples, limit_ms and correct are given for all programs or for none")
    if any(not 0 <= row < len(rows) for duel in header.duels for row in (duel.first, duel.second)):
        raise ValueError(f"a duel names a program that is none of the {len(rows)}")
    return Recording(header.problem, evidence, correct if len(correct) == len(rows) else None)


def _lines(recording: Recording) -> Iterator[dict[str, object]]:
    yield _header_line(recording)
    evidence, matrix = recording.evidence, recording.evidence.matrix
    tests = evidence.written_tests
    for row, (program, n, cells) in enumerate(zip(matrix.programs, matrix.multiplicities, matrix.cells, strict=True)):
        n_run = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
        line: dict[str, object] = {"id": program, "n": n, "cells": list(cells[:n_run])}
        if matrix.time_ms:
            line["ms"] = list(matrix.time_ms[row][:n_run])
        if matrix.memory_kb:
            line["kb"] = list(matrix.memory_kb[row][:n_run])
        if evidence.time_limits_ms:
            line["limit_ms"] = evidence.time_limits_ms[row]
        if row in evidence.scores:
            line["score"] = evidence.scores[row]
        if row in evidence.loads:
            line["load"] = evidence.loads[row]
        if evidence.examples:
            line["examples"] = evidence.examples[row]
        if tests:
            line["tests"] = f"{tests.passes[row]:0{len(tests.counts)}b}"[::-1] if tests.counts else ""
        if recording.correct is not None:
            line["correct"] = recording.correct[row]
        yield line


def _header_line(recording: Recording) -> dict[str, object]:
    evidence, matrix, tests = recording.evidence, recording.evidence.matrix, recording.evidence.written_tests
    header: dict[str, object] = {
        FORMAT: VERSION,
        "problem": recording.problem,
        "inputs": matrix.inputs,
        "behaviours": [[each.status, each.output_hash] for each in matrix.behaviours if each],
        "votes": evidence.votes,
        "tests": tests.counts if tests else None,
        "n_examples": evidence.n_examples,
    }
    if evidence.scorer:
        header["scorer"] = evidence.scorer
    if evidence.duels:
        header["duels"] = [[duel.first, duel.second, duel.won] for duel in evidence.duels]
    return header
