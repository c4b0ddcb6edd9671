"""The languages as a table: how a program is named, compiled and run, and what must be installed for that.

A language is added by a row of `LANGUAGES` and a function that finds its toolchain. Its commands run in the folder of the
program; paths are the same inside the sandbox and outside.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

SCRATCH = "@scratch@"
"""In a command line: the folder it may write to, which is private, empty before and gone afterwards."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A compiler or interpreter that was found on this machine."""

    run: tuple[str, ...]
    """Command line of a compiled program."""
    readable: tuple[str, ...]
    """Files and folders that a run needs to read."""
    executable: tuple[str, ...]
    """Files that a run needs to execute, besides the program itself."""
    compile: tuple[str, ...]
    """Command line that compiles. An executable comes out on its standard output, so that no file a compiler
    made is ever opened outside; nothing comes out where the source itself is what runs."""
    compile_paths: tuple[str, ...]
    """Files and folders that compiling needs to read and execute."""
    starts_processes: bool
    """Whether compiling starts other programs and writes temporary files."""
    precompile: tuple[str, ...] = ()
    """Command line that prints a precompiled standard header, where the compiler can use one. `compile` then takes
    further flags for the folder it lies in."""
    identity: str = ""
    """Differs where the compiler does, so that what one has precompiled is not given to another."""


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the table."""

    id: str
    name: str
    suffixes: tuple[str, ...]
    source: str
    """The file a program is stored as."""
    time_factor: float
    """Multiplies the problem's time limit, which is meant for C++."""
    runtime_mb: int
    """Address space that the runtime takes before the program's first line, added to the memory limit."""
    install: str
    """What to install when the toolchain is missing, in words."""
    find: Callable[[], Toolchain | None]
    """Looks for the toolchain; None when it is not installed."""


def language_of(path: str | os.PathLike[str]) -> Language | None:
    """The language a file is written in, by its suffix; None when we do not know it."""
    suffix = PurePath(path).suffix.lower()
    return next((language for language in LANGUAGES.values() if suffix in language.suffixes), None)


# What any dynamically linked program needs. The cache lets the loader find libraries in unusual places.
_RUNTIME = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1")
_TOOLS = ("/bin", "/usr/bin", "/usr/include", "/usr/libexec", "/etc/alternatives")

_GXX_FLAGS = "-O2 -std=c++17 -pipe -fmax-errors=20 -fdiagnostics-color=never"


def _find_gxx() -> Toolchain | None:
    compiler = _real_gxx()
    if compiler is None:
        return None
    readable = _existing(*_RUNTIME, *_outside_usr(compiler))
    stat = Path(compiler).stat()
    identity = f"{compiler} {stat.st_size} {stat.st_mtime_ns}"
    compiler = shlex.quote(compiler)
    # gold needs a third of the time of the standard linker.
    linker = " -fuse-ld=gold" if shutil.which("ld.gold", path="/usr/bin") else ""
    compile_ = f'{compiler} {_GXX_FLAGS}{linker} "$@" -o {SCRATCH}/program main.cpp && exec cat {SCRATCH}/program'
    # The wrapper makes <bits/stdc++.h> the name under which the precompiled form is found.
    precompile = (
        f"mkdir -p {SCRATCH}/bits && cd {SCRATCH}/bits && echo '#include_next <bits/stdc++.h>' > stdc++.h && "
        f"{compiler} {_GXX_FLAGS} -I{SCRATCH} -x c++-header stdc++.h -o stdc++.h.gch && exec cat stdc++.h.gch"
    )
    return Toolchain(
        run=("./program",),
        readable=readable,
        executable=_existing(*_LOADERS),
        compile=("/bin/sh", "-c", compile_, "sh"),
        compile_paths=(*readable, *_existing(*_TOOLS)),
        starts_processes=True,
        precompile=("/bin/sh", "-c", precompile),
        identity=identity,
    )


def _real_gxx() -> str | None:
    """The first g++ on the PATH that is a compiler, and not a link to a wrapper such as ccache."""
    for folder in os.get_exec_path():
        found = shutil.which("g++", path=folder)
        if found and "++" in Path(real := os.path.realpath(found)).name:
            return real
    return None


# Without the module `site` an interpreter starts a third faster, but `exit` and `quit` come from there.
_PYTHON_START = """
import builtins, sys
builtins.exit = builtins.quit = sys.exit
sys.argv[0] = "main.py"
if sys.argv[1:]:
    # Only checkers are given arguments. Their exit code 1 is an answer, so an exception must end in another.
    def crashed(*error, show=sys.excepthook, leave=__import__("posix")._exit):
        show(*error)
        leave(3)
    sys.excepthook = crashed
    del crashed
with open("main.py", "rb") as file:
    code = compile(file.read(), "main.py", "exec")
del builtins, file
exec(code, sys.modules["__main__"].__dict__)
"""

_PYTHON_CHECK = """
import sys, traceback
try:
    with open("main.py", "rb") as file:
        compile(file.read(), "main.py", "exec")
except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
    sys.exit("".join(traceback.format_exception_only(error)))
"""


def _find_python() -> Toolchain:
    # The interpreter that runs us, not the virtual environment around it.
    interpreter = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
    libraries = (f"{sys.base_prefix}/lib", f"{sys.base_prefix}/{sys.platlibdir}")
    readable = _existing(*dict.fromkeys((*_RUNTIME, *libraries)))
    executable = _existing(interpreter, *_LOADERS)
    # No user site, no site, no bytecode written. PYTHON* variables are honoured: they are ours.
    python = (interpreter, "-s", "-S", "-B", "-c")
    return Toolchain(
        run=(*python, _PYTHON_START),
        readable=readable,
        executable=executable,
        compile=(*python, _PYTHON_CHECK),
        compile_paths=(*readable, *executable),
        starts_processes=False,
    )


def _outside_usr(tool: str) -> tuple[str, ...]:
    """The installation folder of a tool that is not the distribution's own, such as /opt/gcc for /opt/gcc/bin/g++."""
    return () if tool.startswith("/usr/bin/") else (str(Path(tool).parent.parent),)


def _existing(*paths: str) -> tuple[str, ...]:
    return tuple(path for path in paths if os.path.lexists(path))


LANGUAGES: dict[str, Language] = {
    language.id: language
    for language in (
        Language(
            id="cpp",
            name="C++",
            suffixes=(".cpp", ".cc", ".cxx", ".c++"),
            source="main.cpp",
            time_factor=1.0,
            runtime_mb=16,
            install="g++ (`apt install g++`, `dnf install gcc-c++`)",
            find=_find_gxx,
        ),
        Language(
            id="python",
            name="Python",
            suffixes=(".py", ".py3"),
            source="main.py",
            time_factor=5.0,
            runtime_mb=48,
            install="Python 3.11 or later",
            find=_find_python,
        ),
    )
}
"""By id: `Program.language` is a key of this."""
