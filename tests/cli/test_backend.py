"""`alphacode serve` and `alphacode solve --backend`, two processes that agree with one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ALPHACODE = Path(sys.executable).with_name("alphacode")
ROOT = Path(__file__).resolve().parents[2]
STATEMENT = ROOT / "examples" / "watermelon" / "problem.md"
CODES = {
    "right": "w = int(input())\nprint('YES' if w % 2 == 0 and w > 2 else 'NO')\n",
    "right too": "w = int(input())\nprint('NO' if w % 2 or w < 4 else 'YES')\n",
    "even": "print('YES' if int(input()) % 2 == 0 else 'NO')\n",
    "wrong": "print('NO')\n",
}


@pytest.fixture
def recording(tmp_path: Path) -> str:
    lines = [json.dumps({"code": code, "language": "python", "mean_logprob": -0.2}) for code in CODES.values()]
    (tmp_path / "samples.jsonl").write_text("\n".join(lines))
    return f"replay:{tmp_path / 'samples.jsonl'}"


@pytest.fixture
def backend(recording: str) -> Iterator[str]:
    """The address of a backend that is ready."""
    serving = subprocess.Popen(
        [ALPHACODE, "serve", "--port", "0", "--store", "none", "--sampler", recording],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stderr
    url = serving.stderr.readline().split()[-1]
    while "ready" not in serving.stderr.readline():
        assert serving.poll() is None
    yield url
    serving.terminate()
    serving.communicate(timeout=20)
    assert serving.returncode == 0


def solve(*argv: str) -> dict[str, object]:
    arguments = ("--language", "python", "--samples", "10", "--seed", "4", "--json")
    shown = subprocess.run([ALPHACODE, "solve", STATEMENT, *arguments, *argv], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    report: dict[str, object] = json.loads(shown.stdout)
    # What the clock and the machine say differs from run to run.
    del report["timings"]
    for candidate in report["candidates"]:  # type: ignore[attr-defined]
        for example in candidate["examples"]:
            del example["time_ms"], example["memory_kb"]
    return report


def test_a_backend_answers_what_this_machine_does(backend: str, recording: str) -> None:
    there, here = solve("--backend", backend), solve("--sampler", recording)
    # How fast the programs ran counts a little.
    assert scores_of(there) == pytest.approx(scores_of(here), abs=0.02)
    assert there == here


def scores_of(report: dict[str, object]) -> list[float]:
    """Takes the scores out of a report."""
    return [candidate.pop("score") for candidate in report["candidates"]]  # type: ignore[attr-defined]
