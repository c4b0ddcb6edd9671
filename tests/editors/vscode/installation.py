"""What `make editors` installs, and the extension as it is packaged from this tree."""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.missing import missing

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
EXTENSION = ROOT / "editors" / "vscode"
VSCODE = ROOT / ".editors" / "vscode" / "node_modules" / "code-server" / "lib" / "vscode"
PACKAGE = EXTENSION / "alphacode-lsp.vsix"


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that a window of VS Code needs here."""

    node: Path
    vscode: Path
    chromium: str
    package: Path


@functools.cache
def installation() -> Installation:
    """Skips, or fails where everything is required, with what is missing."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    node = BIN / "node"
    if not (VSCODE / "out" / "server-main.js").exists() or not (VSCODE / "node_modules").is_dir():
        missing("VS Code is not installed: make editors")
    if not node.exists() or find_spec("playwright") is None or not (EXTENSION / "node_modules").is_dir():
        missing("Node.js, Playwright or the extension's packages are not installed: make editors")
    if chromium is None:
        missing("chromium is not installed: apt-get install chromium")
    return Installation(node, VSCODE, chromium, _packaged())


def npm(*arguments: str, folder: Path = EXTENSION) -> str:
    """Run npm in the extension's folder, or a copy of it; what it prints, and its complaints where it fails."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    command = [BIN / "npm", *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, f"npm {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _packaged() -> Path:
    """Made anew for every run of the tests; by one worker at a time, and not where it is newer than its sources."""
    with (ROOT / ".editors" / "package.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PACKAGE.exists() or PACKAGE.stat().st_mtime < _newest_source():
            npm("run", "package")
    return PACKAGE


def _newest_source() -> float:
    made = {"node_modules", "dist", PACKAGE.name}
    parts = [path for path in EXTENSION.iterdir() if path.name not in made]
    files = [file for part in parts for file in (part.rglob("*") if part.is_dir() else (part,))]
    return max(file.stat().st_mtime for file in files)
