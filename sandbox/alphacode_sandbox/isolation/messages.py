"""The packets between a judge and a cell, as `helper/cell.c` declares them."""

import math
import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Self

from alphacode_sandbox.isolation.command import UNLIMITED, Bounds, Command

MAX_RUNS = 64
ALL_RUNS = READY = 0xFFFFFFFF
_UNLIMITED = 0xFFFFFFFFFFFFFFFF
_REQUEST = struct.Struct("=8I6Q")
_REPLY = struct.Struct("=2Ii2IiI4x4Q")


class Kind(IntEnum):
    """What a request asks for."""

    FILTER = 0
    EXECUTE = 1
    WARM = 2
    FORK = 3
    COOL = 4
    KILL = 5


class Flag(IntFlag):
    """How a command is treated."""

    LANDLOCK = 1
    WRITES = 2
    STARTS = 4
    AT_MAIN = 8


class Killed(IntEnum):
    """Why the cell killed a run."""

    NOT = 0
    CPU = 1
    ASKED = 2


class Step(IntEnum):
    """What failed before the first instruction of a program."""

    NONE = 0
    FOLDER = 1
    LIMITS = 2
    LANDLOCK = 3
    FILTER = 4
    EXECUTE = 5
    TEMPLATE = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """How one run of a request ended."""

    id: int
    run: int
    status: int
    """As `os.wait` reports it; -1 when nothing was started."""
    killed: int
    step: int
    error: int
    is_dirty: int
    """The scratch folder could not be emptied, so the cell must not be used again."""
    cpu_ns: int
    wall_ns: int
    memory_kb: int
    ended_ns: int

    @classmethod
    def parse(cls, packet: bytes) -> list[Self]:
        """A packet holds one reply or more."""
        return [cls(*fields) for fields in _REPLY.iter_unpack(packet)]


def filter_request(profile: int, program: bytes) -> bytes:
    return _REQUEST.pack(Kind.FILTER, 0, profile, *(0,) * 11) + program


def kill_request(id_: int, run: int) -> bytes:
    return _REQUEST.pack(Kind.KILL, id_, 0, 0, run, *(0,) * 9)


def request(kind: Kind, id_: int, command: Command, flags: Flag, n_runs: int) -> bytes:
    """A request to run a command `n_runs` times."""
    strings = (command.folder, *command.readable, *command.executable, *command.arguments, "")
    counts = (len(command.readable), len(command.executable), len(command.arguments))
    head = _REQUEST.pack(kind, id_, command.profile.number, flags, n_runs, *counts, *_bounds(command.bounds))
    return head + "\0".join(strings).encode(errors="surrogateescape")


def _bounds(bounds: Bounds) -> tuple[int, ...]:
    # The kernel's own limit is a backstop only: under load its count of CPU seconds runs ahead of the exact clock.
    backstop_s = 2 * bounds.cpu_s + 1
    return tuple(
        _UNLIMITED if value == UNLIMITED else math.ceil(value)
        for value in (
            bounds.cpu_s * 1e9, backstop_s, bounds.memory_bytes, bounds.file_bytes, bounds.processes, bounds.files,
        )
    )  # fmt: skip
