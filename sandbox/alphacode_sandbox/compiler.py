"""Source code into something that runs, once per program: compiled in isolation and kept by its content.

folder/<digest>-<n>/main.cpp   the source; where the compiler and the runs have their working directory
                    program    the executable, where the language has one
"""

import asyncio
import hashlib
import itertools
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from alphacode_sandbox.batches import Batches, Joined, Part, zeros_of
from alphacode_sandbox.cache import user_cache
from alphacode_sandbox.compilation import Compilation, Compiled, Tier, compile_command
from alphacode_sandbox.errors import ToolchainMissing
from alphacode_sandbox.isolation import Outcome
from alphacode_sandbox.languages import LANGUAGES, Language
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.precompiled import PrecompiledHeaders
from alphacode_sandbox.program import Program
from alphacode_sandbox.runner import Runner
from alphacode_sandbox.toolchains.toolchain import Toolchain
from alphacode_sandbox.verdict import Verdict

_DAMAGED_HEADER = (b"cannot read PCH file", b"while reading precompiled header")
_ROOM = 1 << 30  # for all programs of a judge together
_MAX_ZEROS = 1 << 30
_BEFORE_MAIN = Limits(time_s=0.05, memory_mb=256, output_kb=1)
"""What a batch may use before it runs any of its programs."""


def paths_of(toolchains: Mapping[str, Toolchain]) -> list[str]:
    """All that compiling and running will name."""
    headers = user_cache("headers")
    if headers:
        headers.chmod(0o755)
    found = [
        path
        for main in toolchains.values()
        for toolchain in (main, *(variant for _, variant in main.variants))
        for path in (*toolchain.readable, *toolchain.executable, *toolchain.compile_paths)
    ]
    return [*dict.fromkeys(found), *([str(headers)] if headers else [])]


@dataclass(slots=True)
class _Entry:
    """One program of the cache."""

    folder: Path
    compiled: Compiled | None = None
    size: int = 0
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Compiler:
    """Compiles each distinct program once. `folder` is private to it and outlives no judge.

    In the filter tier up to `batch` programs that wait at the same time are compiled as one. Time limits are longer by
    `host_factor` (see `pace`).
    """

    def __init__(
        self,
        runner: Runner,
        folder: Path,
        toolchains: Mapping[str, Toolchain],
        room_bytes: int = _ROOM,
        batch: int = 1,
        host_factor: float = 1.0,
    ) -> None:
        self._runner = runner
        self.host_factor = host_factor
        self._folder = folder
        chosen = {key: self._within_reach(toolchain) for key, toolchain in toolchains.items()}
        self._hidden_paths = {key: path for key, toolchain in chosen.items() if (path := self._hidden(toolchain))}
        self._toolchains = {key: toolchain for key, toolchain in chosen.items() if key not in self._hidden_paths}
        self._serial = itertools.count()
        self._headers = PrecompiledHeaders(runner)
        self._batch = batch
        self._batches: dict[Toolchain, Batches] = {}
        self._room, self._size = room_bytes, 0
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        """By digest, the one used longest ago first."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Ids of the languages whose toolchain was found."""
        return tuple(self._toolchains)

    @asynccontextmanager
    async def compiled(self, program: Program, tier: Tier = Tier.JUDGE) -> AsyncIterator[Compiled]:
        """Compiles, or finds what was compiled before; its files stay at least as long as the block.

        The judge tier also compiles what the filter tier refuses, or cannot compile fast, as the result says. Raises
        ToolchainMissing; a program that does not compile is a value.
        """
        language, toolchain = self._require(program.language)
        toolchain = toolchain.fitting(program.code)
        fast = toolchain.filter if tier is Tier.FILTER else None
        if fast and self._header(fast, program.code):
            async with self._kept(program, language, fast, Tier.FILTER) as compiled:
                if compiled.compilation.ok:
                    yield compiled
                    return
        async with self._kept(program, language, toolchain, Tier.JUDGE) as compiled:
            yield compiled

    @asynccontextmanager
    async def _kept(
        self, program: Program, language: Language, toolchain: Toolchain, tier: Tier
    ) -> AsyncIterator[Compiled]:
        identity = f"{tier}\0{program.language}\0{program.code}"
        digest = hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()
        entry = self._entries.setdefault(digest, _Entry(self._folder / f"{digest}-{next(self._serial)}"))
        entry.users += 1
        try:
            # Whoever comes second waits; should the first be cancelled meanwhile, the second compiles.
            async with entry.lock:
                if entry.compiled is None:
                    entry.compiled = await self._compile(program, language, toolchain, entry.folder, tier)
                    entry.size = sum(file.stat().st_size for file in entry.folder.iterdir())
                    self._size += entry.size
            self._entries.move_to_end(digest)
            yield entry.compiled
        finally:
            entry.users -= 1
            if entry.users == 0 and entry.compiled is None:
                self._drop(digest)
            self._make_room()

    async def close(self) -> None:
        """Stops what was begun for later."""
        await self._headers.close()
        for batches in self._batches.values():
            await batches.close()

    def _within_reach(self, toolchain: Toolchain) -> Toolchain:
        while self._hidden(toolchain) and toolchain.otherwise:
            toolchain = toolchain.otherwise
        variants = tuple(each for each in toolchain.variants if not self._hidden(each[1]))
        return replace(toolchain, variants=variants)

    def _hidden(self, toolchain: Toolchain) -> str | None:
        """What of a toolchain commands cannot get at."""
        paths = (*toolchain.executable, *toolchain.compile_paths)
        return next((path for path in paths if not self._runner.reaches(path)), None)

    def _make_room(self) -> None:
        """Drops what was not used for longest and is not in use."""
        if self._size <= self._room:
            return
        for digest, entry in list(self._entries.items()):
            if entry.users == 0 and self._size > self._room:
                self._drop(digest)

    def _drop(self, digest: str) -> None:
        entry = self._entries.pop(digest)
        self._size -= entry.size
        shutil.rmtree(entry.folder, ignore_errors=True)

    def _require(self, language_id: str) -> tuple[Language, Toolchain]:
        if language_id not in LANGUAGES:
            raise ToolchainMissing(f"There is no language {language_id!r}; known are {', '.join(LANGUAGES)}.")
        language = LANGUAGES[language_id]
        if language_id in self._hidden_paths:
            raise ToolchainMissing(
                f"{language.name} programs cannot be run: {self._hidden_paths[language_id]} lies in a folder that the "
                "unprivileged user whom programs run as cannot enter. Install it for all users."
            )
        if language_id not in self._toolchains:
            raise ToolchainMissing(f"{language.name} programs cannot be run: {language.install} is not installed.")
        return language, self._toolchains[language_id]

    async def _compile(
        self, program: Program, language: Language, toolchain: Toolchain, folder: Path, tier: Tier
    ) -> Compiled:
        if tier is Tier.FILTER and (found := await self._batches_of(language, toolchain).part(program.code)):
            joined, part = found
            _write(folder, "program", joined.executable, 0o555)
            return Compiled(Compilation(ok=True), language, toolchain, folder, tier, self.host_factor, part)
        outcome, verdict = await self._compile_source(program.code, language, toolchain, folder)
        if verdict is Verdict.RUN and outcome.stdout:
            # Made by us from what came through a descriptor, so it cannot be a link to somewhere else.
            _write(folder, "program", outcome.stdout, 0o555)
        return Compiled(Compilation.of(outcome, verdict), language, toolchain, folder, tier, self.host_factor)

    async def _compile_source(
        self, code: str, language: Language, toolchain: Toolchain, folder: Path
    ) -> tuple[Outcome, Verdict]:
        if toolchain.prepare:
            await asyncio.to_thread(toolchain.prepare)
        _write(folder, language.source, code.encode(errors="replace"), 0o444)
        headers = self._header(toolchain, code)
        outcome, verdict = await self._runner.judged(compile_command(toolchain, folder, headers))
        if headers and verdict is not Verdict.RUN and any(words in outcome.stderr for words in _DAMAGED_HEADER):
            # The precompiled header is damaged, which says nothing about the program.
            outcome, verdict = await self._runner.judged(compile_command(toolchain, folder, None))
        return outcome, verdict

    def _batches_of(self, language: Language, toolchain: Toolchain) -> Batches:
        if toolchain not in self._batches:
            self._batches[toolchain] = Batches(self._batch, partial(self._compile_batch, language, toolchain))
        return self._batches[toolchain]

    async def _compile_batch(self, language: Language, toolchain: Toolchain, source: str) -> Joined | str:
        folder = self._folder / f"batch-{next(self._serial)}"
        try:
            outcome, verdict = await self._compile_source(source, language, toolchain, folder)
            if verdict is not Verdict.RUN:
                return outcome.stderr.decode(errors="replace")
            joined = Joined(outcome.stdout, zeros_of(outcome.stdout))
            if joined.zeros > _MAX_ZEROS:
                return "Their arrays are too big."
            # What the programs do before `main`, they do in each other's runs.
            _write(folder, "program", joined.executable, 0o555)
            nothing = Part(-1, joined.zeros)
            none = Compiled(Compilation(ok=True), language, toolchain, folder, Tier.FILTER, self.host_factor, nothing)
            run = await self._runner.run(none.command(_BEFORE_MAIN), b"1\n")
            harmless = run.verdict is Verdict.RUN and run.stdout == ""
            return joined if harmless else "One of them does something before `main`."
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _header(self, toolchain: Toolchain, code: str) -> Path | None:
        """Where the precompiled header for a program is, if there is one that commands can get at."""
        headers = self._headers.folder(toolchain, code)
        return headers if headers and self._runner.reaches(str(headers)) else None


def _write(folder: Path, name: str, content: bytes, mode: int) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
