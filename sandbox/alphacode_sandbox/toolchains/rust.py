"""Rust by rustc."""

import os
import shutil
import tomllib
from pathlib import Path

from alphacode_sandbox.toolchains.toolchain import (
    ENVIRONMENT,
    LOADERS,
    RUNTIME,
    SCRATCH,
    TOOLS,
    Toolchain,
    existing,
    on_path,
    outside_usr,
)

# One unit is slower to compile by cores that others need, and makes the faster program.
_FLAGS = "--edition=2021 -O -C codegen-units=1 -C strip=symbols -A warnings --color=never"


def find_rustc() -> Toolchain | None:
    """None as well where there is no C compiler, which rustc links with."""
    compiler = _real_rustc()
    if compiler is None or shutil.which("cc", path="/usr/bin") is None:
        return None
    libraries = Path(compiler).parent.parent / "lib"
    # Its own linker, too, wants a /proc.
    linker = "gold" if shutil.which("ld.gold", path="/usr/bin") else "bfd"
    compile_ = f'"$0" {_FLAGS} -C link-arg=-fuse-ld={linker} -o {SCRATCH}/program main.rs && exec cat {SCRATCH}/program'
    return Toolchain(
        run=("./program",),
        readable=existing(*RUNTIME),
        executable=existing(*LOADERS),
        # The compiler looks for its libraries beside its own file, which takes a /proc to know.
        compile=(ENVIRONMENT, f"LD_LIBRARY_PATH={libraries}", "/bin/sh", "-c", compile_, compiler),
        compile_paths=existing(*RUNTIME, *TOOLS, *outside_usr(compiler)),
        starts_processes=True,
    )


def _real_rustc() -> str | None:
    for found in on_path("rustc"):
        real = _behind_rustup(Path(found)) if Path(found).name == "rustup" else found
        if real is not None:
            return real
    return None


def _behind_rustup(rustup: Path) -> str | None:
    """The compiler that rustup would start, which itself would read its user's files and may fetch one."""
    home = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    try:
        default = tomllib.loads((home / "settings.toml").read_text())["default_toolchain"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return None
    compiler = home / "toolchains" / default / "bin" / "rustc"
    return os.path.realpath(compiler) if compiler.exists() else None
