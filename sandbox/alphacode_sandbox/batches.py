"""Compiling programs that wait at the same time as one, which costs a third of compiling them one by one.

For a first look only, and only where a judge is opened with it, as programs of a batch are not safe from each other.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from alphacode_sandbox.toolchains.joining import blamed, joined, may_join

_PATIENCE_S = 0.05
"""How long a program waits for others."""
_TRIES = 4
"""Each without those that the compiler complained of in the one before, or else with half of the programs."""
_ELF_HEADER, _ELF_SEGMENT, _LOADED = struct.Struct("<32xQ14xHH"), struct.Struct("<I4x8x8x8xQQ"), 1


@dataclass(frozen=True, slots=True)
class Part:
    """What makes an executable one of the programs in it."""

    number: int
    """Its argument; -1 runs none of them."""
    zeros: int
    """Bytes of memory that the big arrays of all of them take."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Several programs in an executable."""

    executable: bytes
    zeros: int


Compile = Callable[[str], Awaitable[Joined | str]]
"""From a source to its executable, or what was said against it."""


class Batches:
    """Up to `size` programs are compiled as one; with a size of 1, none is."""

    def __init__(self, size: int, compile_: Compile) -> None:
        self._size = size
        self._compile = compile_
        self._waiting: list[_Waiting] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def part(self, code: str) -> tuple[Joined, Part] | None:
        """The executable and the program's part of it; None for a program that has to be compiled by itself."""
        if self._size == 1 or not may_join(code):
            return None
        loop = asyncio.get_running_loop()
        waiting = _Waiting(code, loop.create_future())
        self._waiting.append(waiting)
        if len(self._waiting) == self._size:
            self._begin(self._waiting)
        elif len(self._waiting) == 1:
            loop.call_later(_PATIENCE_S, self._begin, self._waiting)
        return await waiting.part

    async def close(self) -> None:
        """Stops what is being compiled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, members: "list[_Waiting]") -> None:
        """Does nothing for a batch that is full and has begun already."""
        if members is self._waiting and members:
            self._waiting = []
            task = asyncio.ensure_future(self._serve(members))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, members: "Sequence[_Waiting]") -> None:
        try:
            await self._join(members, _TRIES)
        finally:
            for member in members:
                member.answer(None)

    async def _join(self, members: "Sequence[_Waiting]", tries: int) -> None:
        """Answers those that could be joined; the others may be by themselves, or in two halves."""
        members = [member for member in members if not member.part.done()]  # The others were cancelled.
        if len(members) < 2 or tries == 0:
            return
        made = await self._compile(joined([member.code for member in members]))
        if isinstance(made, Joined):
            for number, member in enumerate(members):
                member.answer((made, Part(number, made.zeros)))
            return
        guilty = blamed(made)
        innocent = [member for number, member in enumerate(members) if number not in guilty]
        if len(innocent) < len(members):
            await self._join(innocent, tries - 1)
        else:
            for half in (members[::2], members[1::2]):
                await self._join(half, tries - 1)


@dataclass(frozen=True, slots=True)
class _Waiting:
    code: str
    part: asyncio.Future[tuple[Joined, Part] | None]

    def answer(self, part: tuple[Joined, Part] | None) -> None:
        """Unless it was answered before, or cancelled."""
        if not self.part.done():
            self.part.set_result(part)


def zeros_of(executable: bytes) -> int:
    """How much more memory an ELF file of 64 bits takes than it has content: that of its big arrays."""
    start, size, n_segments = _ELF_HEADER.unpack_from(executable)
    segments = (_ELF_SEGMENT.unpack_from(executable, start + size * number) for number in range(n_segments))
    return sum(in_memory - in_file for kind, in_file, in_memory in segments if kind == _LOADED)
