"""Python by the interpreter that runs us, or by PyPy."""

import importlib.util
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox.toolchains.toolchain import (
    ENVIRONMENT,
    LOADERS,
    MEMORY_MB,
    RUNTIME,
    Toolchain,
    existing,
    on_path,
    outside_usr,
)

_RUNNER = Path(__file__).with_name("python_runner.py")
_USES_NUMPY = r"(?m)^\s*(?:import|from)\s+numpy\b"


def find_python() -> Toolchain:
    # The interpreter that runs us, not the virtual environment around it.
    interpreter = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
    libraries = (f"{sys.base_prefix}/lib", f"{sys.base_prefix}/{sys.platlibdir}")
    plain = _toolchain(interpreter, existing(*dict.fromkeys((*RUNTIME, *libraries))), "-")
    plain = replace(plain, otherwise=_system_python(interpreter))
    numpy = _numpy_folder()
    if numpy is None:
        return plain
    readable = (*plain.readable, *existing(f"{numpy}/numpy", f"{numpy}/numpy.libs"))
    with_numpy = _toolchain(interpreter, readable, numpy)
    return replace(plain, variants=((_USES_NUMPY, with_numpy),))


def find_pypy() -> Toolchain | None:
    """PyPy for Python 3."""
    interpreter = next(on_path("pypy3"), None)
    if interpreter is None:
        return None
    pypy = _toolchain(interpreter, existing(*RUNTIME, *outside_usr(interpreter)), "-")
    # It would guess the size of its nursery from what it cannot read here.
    setting = (ENVIRONMENT, "PYPY_GC_NURSERY=4MB")
    return replace(
        pypy,
        # Collects more often when memory runs short, and says so when there is no more.
        run=(*setting, f"PYPY_GC_MAX={MEMORY_MB}MB", *pypy.run),
        executable=(*pypy.executable, ENVIRONMENT),
        compile=(*setting, *pypy.compile),
        compile_paths=(*pypy.compile_paths, ENVIRONMENT),
        warm=0,
    )


def _toolchain(interpreter: str, readable: tuple[str, ...], libraries: str) -> Toolchain:
    executable = existing(interpreter, *LOADERS)
    # No user site, no site, no bytecode written. PYTHON* variables are honoured: they are ours.
    python = (interpreter, "-s", "-S", "-B", "-c", _RUNNER.read_text(), libraries)
    return Toolchain(
        run=(*python, "run"),
        readable=readable,
        executable=executable,
        compile=(*python, "check"),
        compile_paths=(*readable, *executable),
        starts_processes=False,
        warm=len(python),
    )


def _system_python(other_than: str) -> Toolchain | None:
    """An interpreter that every user can reach."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if found is None or os.path.realpath(found) == other_than:
        return None
    return _toolchain(os.path.realpath(found), existing(*RUNTIME, "/usr/local/lib"), "-")


def _numpy_folder() -> str | None:
    found = importlib.util.find_spec("numpy")
    return str(Path(found.origin).parent.parent) if found and found.origin else None
