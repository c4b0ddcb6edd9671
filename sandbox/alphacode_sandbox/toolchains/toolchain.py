"""What was found of a compiler or interpreter, and what looking for one takes."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SCRATCH = "@scratch@"
"""In a command line: the folder it may write to, which is private, empty before and gone afterwards."""

HEADERS = "@headers@"
"""In the flags of a precompiled header: the folder it lies in."""

MEMORY_MB = "@memory_mb@"
"""In the command line of a run: the problem's memory limit in MiB, for runtimes that collect garbage by a limit."""

ENVIRONMENT = "/usr/bin/env"
"""Sets variables for a command that takes its options from there; to be among what is executable."""

RUNTIME = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
"""What any dynamically linked program reads. The cache lets the loader find libraries in unusual places."""

LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1")
"""What any dynamically linked program executes besides itself."""

TOOLS = ("/bin", "/usr/bin", "/usr/include", "/usr/libexec", "/etc/alternatives")
"""What a compiler that starts other programs uses."""


@dataclass(frozen=True, slots=True)
class PrecompiledHeader:
    """The standard header in a compiler's own form: how it is made and how it is used."""

    build: tuple[str, ...]
    """Command line that prints it."""
    file: str
    """Path below its folder."""
    flags: tuple[str, ...]
    """Further arguments of `Toolchain.compile`."""
    compiler: str
    """Differs where the compiler does, so that what one has precompiled is not given to another."""
    mentioned: str = ""
    """Programs without this text do not profit."""


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
    precompiled: PrecompiledHeader | None = None
    """Where the compiler can use one; `compile` then takes further flags."""
    filter: "Toolchain | None" = None
    """One that compiles much faster, to programs that are slower and as good as the same: good enough to turn away
    programs that fail. It refuses programs that this one takes, and needs its precompiled header to be fast."""
    prepare: Callable[[], None] | None = None
    """What must be done before anything is compiled: at once when it was done before on this machine, else it may take
    a minute. Raises SandboxError or, where the toolchain turns out to be of no use, ToolchainMissing."""
    warm: int = 0
    """How many of the first arguments of `run` and `compile` start an interpreter that can be kept warm."""
    forkable: bool = False
    """Whether programs are dynamically linked against the C library, so that one can be forked just before `main`."""
    variants: "tuple[tuple[str, Toolchain], ...]" = ()
    """Others to take for programs in which a regular expression is found, the first that fits."""
    otherwise: "Toolchain | None" = None
    """What to take where commands cannot get at this one."""

    def fitting(self, code: str) -> "Toolchain":
        """The toolchain for a program: this one, or a variant."""
        return next((variant for pattern, variant in self.variants if re.search(pattern, code)), self)


def existing(*paths: str) -> tuple[str, ...]:
    """Those of the paths that are there."""
    return tuple(path for path in paths if Path(path).exists())


def on_path(tool: str) -> Iterator[str]:
    """Every tool of this name on the PATH, links resolved, the one that a shell would take first."""
    for folder in os.get_exec_path():
        found = shutil.which(tool, path=folder)
        if found:
            yield os.path.realpath(found)


def outside_usr(tool: str) -> tuple[str, ...]:
    """The installation folder of a tool that is not the distribution's own, such as /opt/gcc for /opt/gcc/bin/g++."""
    return () if tool.startswith("/usr/bin/") else (str(Path(tool).parent.parent),)
