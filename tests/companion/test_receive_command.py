"""`alphacode receive` as a user types it."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from alphacode_lsp.local_backend import free_port
from tests.companion.conftest import encoded


def test_one_problem_is_received_and_its_examples_can_be_run(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "XDG_STATE_HOME": str(tmp_path / "state")}
    template = tmp_path / "template.py"
    template.write_text("print(sum(map(int, input().split())))  # $(PROBLEM)\n")
    folder = tmp_path / "round"
    command = [sys.executable, "-m", "alphacode_server.cli", "receive", folder, "--template", template, "--json"]
    command += ["--port", str(free_port())]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        port = next(found[1] for line in waiting.stderr if (found := re.search(r"Listening on port (\d+)", line)))
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", encoded(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200
        out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, err
    (problem,) = json.loads(out)["problems"]
    assert problem["source"] == str(folder / "A_Sum.py")
    tested = subprocess.run(
        [sys.executable, "-m", "alphacode_server.cli", "test", problem["source"], "--json"],
        env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stderr
    assert json.loads(tested.stdout)["verdict"] == "AC"
    solved = subprocess.run(
        [sys.executable, "-m", "alphacode_server.cli", "solve", problem["statement"]],
        env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert solved.returncode == 2
    assert "A_Sum.md: no statement yet; paste it below `## Statement`" in solved.stderr
