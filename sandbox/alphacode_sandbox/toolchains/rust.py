"""Rust by rustc."""

import os
import re
import shutil
import subprocess
import tomllib
from functools import cache, partial
from pathlib import Path

from alphacode_sandbox.errors import ToolchainMissing
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

_OLDEST = (1, 67)


def find_rustc() -> Toolchain | None:
    """None as well where there is no C compiler, which rustc links with."""
    compiler = _real_rustc()
    if compiler is None or shutil.which("cc", path="/usr/bin") is None:
        return None
    root = Path(compiler).parent.parent
    # Its own linker, too, wants a /proc.
    linker = "gold" if shutil.which("ld.gold", path="/usr/bin") else "bfd"
    flags = f"{_FLAGS} -C link-arg=-fuse-ld={linker}"
    compile_ = f'"$0" {flags} "$1" -o {SCRATCH}/program main.rs && exec cat {SCRATCH}/program'
    return Toolchain(
        run=("./program",),
        readable=existing(*RUNTIME),
        executable=existing(*LOADERS),
        # The compiler looks for its libraries beside its own file, which takes a /proc to know.
        compile=(ENVIRONMENT, f"LD_LIBRARY_PATH={root}/lib", "/bin/sh", "-c", compile_, compiler, f"--sysroot={root}"),
        compile_paths=existing(*RUNTIME, *TOOLS, *outside_usr(compiler)),
        starts_processes=True,
        prepare=partial(_require_recent, compiler),
    )


@cache
def _require_recent(compiler: str) -> None:
    """Older ones look for themselves in /proc whatever they are told."""
    shown = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"rustc (\d+)\.(\d+)", shown)
    if version and tuple(map(int, version.groups())) < _OLDEST:
        raise ToolchainMissing(
            f"Rust programs cannot be run: {version[0]} needs a /proc, which the sandbox lacks. Install 1.67 or later."
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
