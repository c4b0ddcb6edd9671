"""Go by its own compiler and linker, which are called by themselves: the command `go` needs what a sandbox has not."""

import os
import subprocess
import threading
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from alphacode_sandbox.cache import user_cache
from alphacode_sandbox.errors import SandboxError
from alphacode_sandbox.toolchains.toolchain import (
    ENVIRONMENT,
    LOADERS,
    MEMORY_MB,
    RUNTIME,
    SCRATCH,
    TOOLS,
    Toolchain,
    existing,
    on_path,
)

_COMPILE = f"""
"$0" -p main -complete -trimpath "$PWD" "$2" -o {SCRATCH}/main.o main.go >&2 &&
"$1" -s -w "$3" -o {SCRATCH}/program {SCRATCH}/main.o >&2 && exec cat {SCRATCH}/program
"""

# What programs for contests import. The whole library takes a minute instead of twenty seconds, for the sake of its
# networks and cryptography. A pattern that fits nothing in an older version is skipped.
_PACKAGES = """
bufio bytes cmp container/... context crypto/md5 crypto/sha1 crypto/sha256 encoding/... errors fmt hash/...
index/... io/... iter maps math/... os regexp/... runtime/... slices sort strconv strings sync/... text/... time
unicode/... unique
"""
_LIBRARY_S = 1200
_library_lock = threading.Lock()


def find_go() -> Toolchain | None:
    for command in on_path("go"):
        root = Path(command).parent.parent
        for tools in root.glob("pkg/tool/*_*"):
            # Until Go 1.20 the standard library was installed in compiled form.
            installed = root / "pkg" / tools.name
            if (installed / "fmt.a").is_file():
                return _toolchain(tools, installed, (f"-I={installed}", f"-L={installed}"))
            cached = _cached_library(command)
            if cached is not None:
                packages = f"-importcfg={cached}/packages"
                return replace(
                    _toolchain(tools, cached, (packages, packages)),
                    prepare=partial(_compile_library, command, cached),
                )
    return None


def _toolchain(tools: Path, library: Path, flags: tuple[str, str]) -> Toolchain:
    """`flags` say to the compiler and to the linker where the packages of the library are."""
    return Toolchain(
        # Without a limit of its own the heap grows to twice of what is in use before garbage is collected. The work of
        # all threads counts, and with one processor none of it is done before it has to be.
        run=(ENVIRONMENT, f"GOMEMLIMIT={MEMORY_MB}MiB", "GOMAXPROCS=1", "./program"),
        readable=existing(*RUNTIME),
        executable=existing(*LOADERS, ENVIRONMENT),
        compile=("/bin/sh", "-c", _COMPILE, f"{tools}/compile", f"{tools}/link", *flags),
        compile_paths=existing(*RUNTIME, *TOOLS, str(tools), str(library)),
        starts_processes=True,
    )


def _cached_library(command: str) -> Path | None:
    """Where this version's standard library is kept once it is compiled; None without a folder for such things."""
    stat = Path(command).stat()
    cache = user_cache("go")
    if cache is None:
        return None
    folder = cache / sha256(f"{command} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    except OSError:
        return None
    return folder


def _compile_library(command: str, folder: Path) -> None:
    """Has Go compile its own standard library and writes down where each package is.

    Not isolated: both the compiler and what it compiles here are the user's own installation.
    """
    packages = folder / "packages"
    settings = {
        "GOCACHE": str(folder),
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "GO111MODULE": "off",
        "CGO_ENABLED": "0",
    }
    shown = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    # Whoever comes second waits.
    with _library_lock:
        if packages.exists():
            return
        listing = subprocess.run(
            [command, "list", "-e", "-deps", "-export", "-f", shown, *_PACKAGES.split()],
            env=os.environ | settings,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LIBRARY_S,
        )
        if listing.returncode != 0:
            raise SandboxError(f"Go's standard library could not be compiled: {listing.stderr.strip()[-500:]}")
        unfinished = folder / f"packages-{os.getpid()}"
        unfinished.write_text(listing.stdout)
        unfinished.replace(packages)
