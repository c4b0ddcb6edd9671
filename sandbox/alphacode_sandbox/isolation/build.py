"""The cell's C sources, built once by the user's own compiler and kept in the user's cache.

~/.cache/alphacode/cell/<key>/cell           the helper
                              template.so    what waits to be forked, inside a program
                              probe          tries whether a sandbox holds
                              pace           shows how fast the machine is
"""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from alphacode_sandbox.cache import user_cache
from alphacode_sandbox.errors import SandboxUnavailable

_SOURCES = Path(__file__).with_name("helper")
_BUILT = ("cell", "template.so", "probe", "pace")
_COMPILERS = ("cc", "gcc", "clang", "g++", "clang++")
_FLAGS = ("-std=gnu11", "-O2", "-x", "c")


def build_helper(folder: Path) -> None:
    """Puts what is built into `folder`. Raises SandboxUnavailable when they cannot be built."""
    cache = user_cache("cell")
    kept = cache / _key() if cache else folder / "build"
    if not all((kept / name).is_file() for name in _BUILT):
        _build(kept)
    for name in _BUILT:
        shutil.copyfile(kept / name, folder / name)
        (folder / name).chmod(0o755)


def _key() -> str:
    digest = hashlib.sha256(platform.machine().encode())
    for source in sorted(_SOURCES.iterdir()):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _build(kept: Path) -> None:
    """Complete or not at all: the folder takes its name when all is in it."""
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=kept.parent) as name:
        folder = Path(name, "built")
        folder.mkdir()
        for name in ("cell", "probe", "pace"):
            # A static program starts in a third of the time, but not every system has the libraries for it.
            if not _compiled(folder / name, f"{name}.c", "-static"):
                _require(folder / name, f"{name}.c")
        _require(folder / "template.so", "template.c", "-fPIC", "-shared", "-ldl")
        try:
            folder.rename(kept)
        except OSError:
            if not kept.is_dir():  # Somebody else was faster.
                raise


def _compiled(output: Path, source: str, *flags: str) -> bool:
    return _compile(output, source, *flags).returncode == 0


def _require(output: Path, source: str, *flags: str) -> None:
    result = _compile(output, source, *flags)
    if result.returncode != 0:
        raise SandboxUnavailable(
            f"The sandbox's helper could not be built by {result.args[0]}: {result.stderr.strip()[-500:]}"
        )


def _compile(output: Path, source: str, *flags: str) -> subprocess.CompletedProcess[str]:
    compiler = next((found for name in _COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        raise SandboxUnavailable(
            "Programs run only inside the sandbox, whose small helper is built once by your C compiler, "
            "and none was found. Install one (`apt install g++`, `dnf install gcc-c++`)."
        )
    command = [compiler, *_FLAGS, str(_SOURCES / source), "-o", str(output), *flags]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"})
