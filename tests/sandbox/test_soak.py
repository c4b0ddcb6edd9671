"""A soak too short to show a small leak, and long enough to show that a judge ends cleanly and that a leak is seen."""

import os
from pathlib import Path

import pytest

from benchmarks.soak import Footprint, differences, soak
from tests.sandbox.levels import temporary_folder


async def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_folder() as folder:
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        assert await soak(300, 2, folder) == []


def test_leak_is_seen(tmp_path: Path) -> None:
    before = Footprint.now(tmp_path)
    (tmp_path / "left").touch()
    descriptor = os.open(tmp_path, os.O_RDONLY)
    after = Footprint.now(tmp_path)
    os.close(descriptor)
    found = differences(before, after)
    assert [line.split()[0] for line in found] == ["descriptors", "files"]
