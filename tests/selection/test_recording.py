"""Recordings: what is written is read back, and what is no recording is refused by file and line."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alphacode_server.selection import Evidence, Recording, RecordingError, read_recording, write_recording
from tests.selection.pools import evidences, matrix

HEADER = {
    "alphacode_matrix": 1,
    "problem": "A+B",
    "inputs": ["1 2\n", "3 4\n"],
    "behaviours": [["RUN", "4e07408562bedb8b"], ["TLE", ""]],
    "votes": [],
    "tests": None,
    "n_examples": 0,
}
ROW = {"id": "a", "n": 1, "cells": [1, 2]}


def write(file: Path, *lines: object) -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    file.write_bytes(gzip.compress(text.encode()))
    return file


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(evidence=evidences(), data=st.data())
def test_a_recording_is_read_back_as_it_was_written(evidence: Evidence, data: st.DataObject, tmp_path: Path) -> None:
    n = len(evidence.matrix.programs)
    correct = data.draw(st.none() | st.lists(st.booleans(), min_size=n, max_size=n).map(tuple))
    recording = Recording("Ünï\n", evidence, correct)
    write_recording(recording, tmp_path / "r.jsonl.gz")
    assert read_recording(tmp_path / "r.jsonl.gz") == recording
    first = (tmp_path / "r.jsonl.gz").read_bytes()
    write_recording(recording, tmp_path / "r.jsonl.gz")
    assert (tmp_path / "r.jsonl.gz").read_bytes() == first


def test_what_was_not_run_takes_no_room(tmp_path: Path) -> None:
    write_recording(Recording("", Evidence(matrix("x---", "xy-y"))), tmp_path / "r.jsonl.gz")
    lines = gzip.decompress((tmp_path / "r.jsonl.gz").read_bytes()).decode().splitlines()
    assert [json.loads(line)["cells"] for line in lines[1:]] == [[1], [1, 2, 0, 2]]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ([], 1, "Expecting value"),
        (["{"], 1, "Expecting property name"),
        (["[]"], 1, "not a recording"),
        ([{**HEADER, "alphacode_matrix": 2}], 1, "not a recording"),
        ([{key: value for key, value in HEADER.items() if key != "inputs"}], 1, "'inputs' is missing"),
        ([{**HEADER, "behaviours": [["FINE", ""]]}], 1, "'FINE' is not a valid Verdict"),
        ([{**HEADER, "votes": [{}]}], 1, "2 inputs, but votes for 1"),
        ([HEADER, ROW, "oops"], 3, "Expecting value"),
        ([HEADER, ROW, {"id": "b", "n": 1}], 3, "'cells' is missing"),
        ([HEADER, {**ROW, "cells": [1, 2, 1]}], 2, "3 cells, but 2 inputs"),
        ([HEADER, {**ROW, "cells": [1, 3]}], 2, "a cell names behaviour 3 of 2"),
        ([HEADER, {**ROW, "cells": [-1]}], 2, ""),
        ([HEADER, {**ROW, "cells": ["x"]}], 2, ""),
        ([HEADER, {**ROW, "n": 0}], 2, "n is 0"),
        ([{**HEADER, "tests": [1, 1]}, {**ROW, "tests": "1"}], 2, "1 test results, but 2 tests"),
        ([{**HEADER, "tests": [1]}, {**ROW, "tests": "2"}], 2, "invalid literal"),
        ([HEADER, {**ROW, "correct": True}, ROW], 4, "for all programs or for none"),
        ([{**HEADER, "duels": [[0, 1]]}, ROW, ROW], 1, "not enough values"),
        ([{**HEADER, "duels": [[0, 1, 0.5]]}, ROW], 3, "a duel names a program that is none of the 1"),
    ],
)
def test_what_is_no_recording_is_refused_by_file_and_line(
    lines: list[Any], line: int, reason: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "bad.jsonl.gz", *lines)
    with pytest.raises(RecordingError) as refused:
        read_recording(file)
    assert str(refused.value).startswith(f"{file}, line {line}: ")
    assert reason in str(refused.value)


def test_a_file_that_is_cut_short_or_not_compressed_is_refused(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.jsonl.gz", HEADER, *[{**ROW, "id": str(i)} for i in range(1000)]).read_bytes()
    for name, content in {"cut.jsonl.gz": whole[:-100], "plain.jsonl.gz": json.dumps(HEADER).encode()}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RecordingError, match=f"{name}, line .*not whole"):
            read_recording(tmp_path / name)
