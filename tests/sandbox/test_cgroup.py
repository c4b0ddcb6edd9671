"""Control groups of version 2, on a folder that looks like one: most machines that run the tests have version 1."""

from pathlib import Path

import pytest

from alphacode_sandbox.isolation import cgroup
from alphacode_sandbox.isolation.cgroup import Group, groups_of

EVENTS = "low 0\nhigh 0\nmax 36\noom {ooms}\noom_kill {ooms}\noom_group_kill 0\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a tree in which we are in `/user/shell`, mounted beside one of version 1 without controllers."""
    root = tmp_path / "unified"
    (root / "user" / "shell").mkdir(parents=True)
    (root / "cgroup.controllers").write_text("cpu io memory pids\n")
    mounts, own = tmp_path / "mountinfo", tmp_path / "cgroup"
    mounts.write_text(
        f"19 10 0:17 / {tmp_path}/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
        f"20 10 0:18 / {root} rw,relatime - cgroup2 cgroup2 rw\n"
    )
    own.write_text("1:name=systemd:/other\n0::/user/shell\n")
    monkeypatch.setattr(cgroup, "_MOUNTS", mounts)
    monkeypatch.setattr(cgroup, "_OURS", own)
    return root


@pytest.fixture
def group(tmp_path: Path) -> Group:
    folder = tmp_path / "judge-1"
    folder.mkdir()
    (folder / "memory.events").write_text(EVENTS.format(ooms=2))
    return Group(folder, folder, "memory.max", "memory.events")


def test_limits_are_written_where_the_kernel_reads_them(group: Group, tmp_path: Path) -> None:
    group.limit(256 << 20)
    group.admit(4321)
    written = {name: (tmp_path / "judge-1" / name).read_text() for name in ("memory.max", "pids.max", "cgroup.procs")}
    # A warm interpreter counts as well.
    assert written == {"memory.max": str(320 << 20), "pids.max": "256", "cgroup.procs": "4321"}


def test_only_what_is_killed_from_now_on_has_run_out(group: Group, tmp_path: Path) -> None:
    assert not group.ran_out()
    (tmp_path / "judge-1" / "memory.events").write_text(EVENTS.format(ooms=3))
    assert group.ran_out()
    assert not group.ran_out()


def test_groups_are_made_at_the_root_or_beside_our_own(root: Path) -> None:
    places = [root, root / "user" / "shell", root / "user"]
    assert groups_of("judge") == [f"{place}/judge-*" for place in places]


def test_a_tree_without_the_memory_controller_is_of_no_use(root: Path) -> None:
    """As where version 1 has it, and version 2 is mounted all the same."""
    (root / "cgroup.controllers").write_text("cpu\n")
    assert groups_of("judge") == []
