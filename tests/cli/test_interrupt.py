"""Ctrl-C in the middle of a search: over at once, one line, and nothing left running."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

STATEMENT = "# Echo\n\nPrint what you read.\n\n## Example\n\nInput\n\n```\n1\n```\n\nOutput\n\n```\n1\n```\n"
ENDLESS = "while True: pass"


def children_of(pid: int) -> set[int]:
    """Every process below this one, by its id."""
    below: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            below |= {child} | children_of(child)
    return below


def until(condition: Callable[[], set[int] | bool]) -> set[int]:
    """What a condition gives once it holds; the test's own time-out bounds the wait."""
    while not (found := condition()):
        time.sleep(0.01)
    assert isinstance(found, set)
    return found


def test_an_interrupted_search_leaves_nothing_behind(tmp_path: Path) -> None:
    lines = [json.dumps({"code": f"{ENDLESS}  # {i}", "language": "python"}) for i in range(50)]
    (tmp_path / "samples.jsonl").write_text("\n".join(lines))
    (tmp_path / "problem.md").write_text(STATEMENT)
    search = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("alphacode"), "solve", tmp_path / "problem.md"),
            *("--sampler", f"replay:{tmp_path / 'samples.jsonl'}", "--replay-rate", "20", "--language", "python"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert search.stderr
    assert search.stdout
    assert "Solving Echo" in search.stderr.readline()
    below = until(lambda: len(found := children_of(search.pid)) > 3 and found)
    start = time.monotonic()
    search.send_signal(signal.SIGINT)
    out, err = search.communicate(timeout=20)
    assert time.monotonic() - start < 5
    assert search.returncode == 130
    assert out == ""
    assert err.endswith("alphacode: interrupted\n")
    assert "Traceback" not in err
    # They are dead with their parents, and somebody else reaps them. What lives on is found by the test's time-out.
    while any(Path(f"/proc/{pid}").exists() for pid in below):
        time.sleep(0.01)
