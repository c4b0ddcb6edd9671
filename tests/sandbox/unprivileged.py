"""Scripts that open a judge as a user without privileges, whoever runs the tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import alphacode_sandbox
from tests.missing import missing
from tests.sandbox.levels import temporary_folder

_SYSTEM_PYTHON = "/usr/bin/python3"
_NOBODY = 65534


@contextmanager
def place() -> Iterator[Path]:
    """A folder where such a script finds the package, and which is its home."""
    with temporary_folder() as folder:
        package = folder / "packages" / "alphacode_sandbox"
        shutil.copytree(Path(alphacode_sandbox.__file__).parent, package)
        for path in (package.parent, package, *package.rglob("*")):
            path.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        if os.getuid() == 0:
            os.chown(home, _NOBODY, _NOBODY)
        yield folder


def run(script: str, place: Path, *arguments: str, path: str = os.defpath) -> list[str]:
    """The lines that a script prints. It must not fail; `path` is where it looks for tools."""
    home = str(place / "home")
    environment = {
        "PYTHONPATH": str(place / "packages"),
        "HOME": home,
        "XDG_CACHE_HOME": f"{home}/cache",
        "TMPDIR": home,
    }
    nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": ()} if os.getuid() == 0 else {}
    command = [_python(), "-P", "-B", "-c", script, *arguments]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", env=environment | {"PATH": path}, **nobody
    )  # type: ignore[call-overload]
    assert (process.returncode, process.stderr) == (0, ""), process.stderr
    return str(process.stdout).splitlines()


def _python() -> str:
    """One that such a user can reach, which the interpreter of a virtual environment often is not."""
    if os.getuid() != 0:
        return sys.executable
    recent = [_SYSTEM_PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if not Path(_SYSTEM_PYTHON).exists() or subprocess.run(recent, check=False).returncode != 0:
        missing(f"{_SYSTEM_PYTHON} is not there, or too old to run as another user")
    return _SYSTEM_PYTHON
