"""The standard header in precompiled form: a third of the compile time for programs that begin with <bits/stdc++.h>,
and what makes a first look at any program cheap.

    ~/.cache/alphacode/headers/<key>/bits/stdc++.h.gch
                                    /bits/stdc++.h.pch     clang's form

Built in isolation like everything else a compiler does, once per user, compiler and flags, and only when a judge has
seen enough programs that include it to make the seconds worth while. Nothing depends on it: without it, or with one
that the compiler does not accept, the ordinary header is read.
"""

import asyncio
import hashlib
import tempfile
from pathlib import Path

from alphacode_sandbox.cache import user_cache
from alphacode_sandbox.isolation import Bounds, Command, Profile
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.toolchain import PrecompiledHeader, Toolchain
from alphacode_sandbox.verdict import Verdict

_WORTH_WHILE = 3
_BOUNDS = Bounds(cpu_s=60, wall_s=300, memory_bytes=2 << 30, file_bytes=256 << 20)


class PrecompiledHeaders:
    """Finds precompiled headers, and builds missing ones beside the work that asked for them."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._cache = user_cache("headers")
        self._wanted: dict[str, int] = {}
        self._building: dict[str, asyncio.Task[None]] = {}

    def folder(self, toolchain: Toolchain, code: str) -> Path | None:
        """What stands for HEADERS in the flags for a program; None while there is no header, or it would not help."""
        header = toolchain.precompiled
        if self._cache is None or header is None or header.mentioned not in code:
            return None
        key = _key(header)
        folder = self._cache / key
        if (folder / header.file).is_file():
            return folder
        self._wanted[key] = self._wanted.get(key, 0) + 1
        if self._wanted[key] >= _WORTH_WHILE and key not in self._building:
            self._building[key] = asyncio.create_task(self.build(toolchain))
        return None

    async def build(self, toolchain: Toolchain) -> None:
        """Leaves a complete header at its place in the cache, or nothing."""
        header = toolchain.precompiled
        assert self._cache is not None
        assert header is not None
        command = Command(header.build, (), toolchain.compile_paths, _BOUNDS, profile=Profile.COMPILER, writes=True)
        outcome, verdict = await self._runner.judged(command)
        if verdict is Verdict.RUN and outcome.stdout:
            await asyncio.to_thread(_store, outcome.stdout, self._cache / _key(header) / header.file)

    async def close(self) -> None:
        """Ends unfinished builds; the next judge begins again."""
        for task in self._building.values():
            task.cancel()
        await asyncio.gather(*self._building.values(), return_exceptions=True)


def _store(content: bytes, path: Path) -> None:
    """Atomically: another process sees the whole file or none. A cache that cannot be written is not used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        # Whoever compiles is not the user who keeps the cache.
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError:
        return


def _key(header: PrecompiledHeader) -> str:
    return hashlib.sha256(f"{header.compiler}\0{header.build}".encode()).hexdigest()[:16]
