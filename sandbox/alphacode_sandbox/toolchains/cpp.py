"""C++ by GCC."""

import os
import shlex
import shutil
from pathlib import Path

from alphacode_sandbox.toolchains.toolchain import LOADERS, RUNTIME, SCRATCH, TOOLS, Toolchain, existing, outside_usr


def find_gxx(standard: str) -> Toolchain | None:
    """`standard` as GCC spells it, such as `c++17`."""
    compiler = _real_gxx()
    if compiler is None:
        return None
    readable = existing(*RUNTIME, *outside_usr(compiler))
    stat = Path(compiler).stat()
    identity = f"{compiler} {stat.st_size} {stat.st_mtime_ns}"
    compiler = shlex.quote(compiler)
    flags = f"-O2 -std={standard} -pipe -fmax-errors=20 -fdiagnostics-color=never"
    # gold needs a third of the time of the standard linker.
    linker = " -fuse-ld=gold" if shutil.which("ld.gold", path="/usr/bin") else ""
    compile_ = f'{compiler} {flags}{linker} "$@" -o {SCRATCH}/program main.cpp && exec cat {SCRATCH}/program'
    # The wrapper makes <bits/stdc++.h> the name under which the precompiled form is found.
    precompile = (
        f"mkdir -p {SCRATCH}/bits && cd {SCRATCH}/bits && echo '#include_next <bits/stdc++.h>' > stdc++.h && "
        f"{compiler} {flags} -I{SCRATCH} -x c++-header stdc++.h -o stdc++.h.gch && exec cat stdc++.h.gch"
    )
    return Toolchain(
        run=("./program",),
        readable=readable,
        executable=existing(*LOADERS),
        compile=("/bin/sh", "-c", compile_, "sh"),
        compile_paths=(*readable, *existing(*TOOLS)),
        starts_processes=True,
        precompile=("/bin/sh", "-c", precompile),
        identity=identity,
        forkable=True,
    )


def _real_gxx() -> str | None:
    """The first g++ on the PATH that is a compiler, and not a link to a wrapper such as ccache."""
    for folder in os.get_exec_path():
        found = shutil.which("g++", path=folder)
        if found and "++" in Path(real := os.path.realpath(found)).name:
            return real
    return None
