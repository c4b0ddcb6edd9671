"""C++ by GCC, and by clang where a first look at a program is all that is wanted."""

import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

from alphacode_sandbox.toolchains.toolchain import (
    HEADERS,
    LOADERS,
    RUNTIME,
    SCRATCH,
    TOOLS,
    PrecompiledHeader,
    Toolchain,
    existing,
    outside_usr,
)

_HEADER = "bits/stdc++.h"
_LIBRARY_HEADER = "/usr/include/stdio.h"

# What GCC only warns of is no error, and what has no `return` at its end returns. Without the last flag an array of a
# million pairs, which start as zeros, is computed at compile time, element by element and for seconds.
_CLANG_FLAGS = "-O0 -w -ferror-limit=0 -Wno-c++11-narrowing -fno-strict-return -fconstexpr-steps=1000"


def find_gxx(standard: str) -> Toolchain | None:
    """`standard` as GCC spells it, such as `c++17`."""
    gxx, clang = _real_compiler("g++", "++"), _real_compiler("clang++", "clang")
    if gxx is None:
        return None
    readable = existing(*RUNTIME, *outside_usr(gxx), *(outside_usr(clang) if clang else ()))
    compiler = f"{shlex.quote(gxx)} -O2 -std={standard} -pipe -fmax-errors=20 -fdiagnostics-color=never"
    linker = _fast_linker()
    toolchain = Toolchain(
        run=("./program",),
        readable=readable,
        executable=existing(*LOADERS),
        compile=_shell(f'{compiler}{linker} "$@" -o {SCRATCH}/program main.cpp && exec cat {SCRATCH}/program'),
        compile_paths=(*readable, *existing(*TOOLS)),
        starts_processes=True,
        precompiled=PrecompiledHeader(
            # The wrapper makes <bits/stdc++.h> the name under which the precompiled form is found.
            build=_shell(
                f"mkdir -p {SCRATCH}/bits && cd {SCRATCH}/bits && echo '#include_next <{_HEADER}>' > stdc++.h && "
                f"{compiler} -I{SCRATCH} -x c++-header stdc++.h -o stdc++.h.gch && exec cat stdc++.h.gch"
            ),
            file=f"{_HEADER}.gch",
            # Taken where it is what a program includes first. A program that includes other headers is not given this
            # one instead: more names than it asked for may change what it means.
            flags=(f"-I{HEADERS}",),
            compiler=_identity(gxx),
            mentioned=_HEADER,
        ),
        forkable=True,
    )
    if clang is None:
        return toolchain
    return replace(toolchain, filter=_filter(toolchain, clang, shlex.quote(gxx) + linker, standard))


def _filter(toolchain: Toolchain, clang: str, linker: str, standard: str) -> Toolchain:
    """Clang compiles and GCC links, since clang takes longer to start than GCC to link."""
    # Under its final name C++23 is known to clang 17 only.
    standard = "c++2b" if standard == "c++23" else standard
    compiler = f"{shlex.quote(clang)} --driver-mode=g++ -std={standard} {_CLANG_FLAGS}"
    compile_ = (
        f'{compiler} "$@" -c main.cpp -o {SCRATCH}/main.o && '
        f"{linker} {SCRATCH}/main.o -o {SCRATCH}/program && exec cat {SCRATCH}/program"
    )
    build = (
        f"echo '#include <{_HEADER}>' | {compiler} -fpch-instantiate-templates -x c++-header - "
        f"-o {SCRATCH}/header && exec cat {SCRATCH}/header"
    )
    header = PrecompiledHeader(
        build=_shell(build),
        file=f"{_HEADER}.pch",
        # Read before the program, whatever that includes.
        flags=("-include-pch", f"{HEADERS}/{_HEADER}.pch"),
        compiler=_identity(clang),
    )
    return replace(toolchain, compile=_shell(compile_), precompiled=header)


def _shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script, "sh")


def _fast_linker() -> str:
    """The standard linker takes three times as long as gold and twice as long as lld. mold takes as long as gold,
    counting the process that it leaves behind."""
    return next((f" -fuse-ld={name}" for name in ("gold", "lld") if shutil.which(f"ld.{name}", path="/usr/bin")), "")


def _identity(compiler: str) -> str:
    """The C library's headers are upgraded apart from the compiler."""
    files = [file for file in map(Path, (compiler, _LIBRARY_HEADER)) if file.exists()]
    return " ".join(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)


def _real_compiler(name: str, part: str) -> str | None:
    """The first on the PATH that is a compiler, by a part of its real name, and no link to a wrapper such as ccache."""
    for folder in os.get_exec_path():
        found = shutil.which(name, path=folder)
        if found and part in Path(real := os.path.realpath(found)).name:
            return real
    return None
