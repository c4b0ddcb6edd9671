"""Shows, by trying it, that the isolation holds on this machine.

The probe (`helper/probe.c`) goes the way a candidate goes, and once more for each layer with that layer alone, which
has to hold its share: no layer may count on another.
"""

import asyncio
import os
import signal
import socket
from collections.abc import Collection
from dataclasses import replace

from alphacode_sandbox.errors import SandboxUnavailable
from alphacode_sandbox.isolation.command import Bounds, Command
from alphacode_sandbox.isolation.layers import LEVELS, Layers, Surroundings
from alphacode_sandbox.isolation.pool import Isolation

_BOUNDS = Bounds(cpu_s=5, wall_s=10, memory_bytes=256 << 20, file_bytes=1 << 16)
_ALL = ("read", "write", "start", "signal", "open a socket", "connect")
_NONE = LEVELS["L0"]
_HELD_BY: dict[str, tuple[Layers, Collection[str]]] = {
    "the system call filter": (replace(_NONE, filter=True), ("start", "signal", "open a socket", "connect")),
    "Landlock": (replace(_NONE, landlock=True), ("read", "write")),
    "bubblewrap": (replace(_NONE, namespaces=True), ("read", "write", "signal", "connect")),
}


async def probe(isolation: Isolation, around: Surroundings) -> None:
    """Raises SandboxUnavailable, naming what got through or what is missing."""
    layers = around.layers
    present = {
        "the system call filter": layers.filter, "Landlock": layers.landlock, "bubblewrap": layers.namespaces,
    }  # fmt: skip
    trials = [
        _try_alone(name, replace(around, layers=alone), held)
        for name, (alone, held) in _HELD_BY.items()
        if present[name]
    ]
    if all(present.values()) or layers.level != "L0":
        trials.append(_try(isolation, "the sandbox", _ALL))
    # All of them have ended when this has, so that nothing goes on in what is then taken away.
    for result in await asyncio.gather(*trials, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _try_alone(name: str, around: Surroundings, held: Collection[str]) -> None:
    isolation = Isolation(around)
    try:
        # Without namespaces, the probe itself may lie where only its owner can go.
        if isolation.reaches(str(around.folder / "probe")):
            await _try(isolation, name, held)
    finally:
        await isolation.close()


async def _try(isolation: Isolation, name: str, held: Collection[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        program, port = isolation.folder / "probe", server.getsockname()[1]
        arguments = (str(program), __file__, str(isolation.folder), str(os.getpid()), str(port))
        outcome = await isolation.execute(Command(arguments, (), (str(program),), _BOUNDS))
    lines = outcome.stdout.decode(errors="replace").splitlines()
    through = [line for line in lines if line.startswith(tuple(held))]
    if through:
        raise SandboxUnavailable(f"a trial showed that {name} would let a program {', '.join(through)}")
    ended = outcome.signal == signal.SIGSYS if "open a socket" in held else lines[-1:] == ["done"]
    if not ended:
        why = outcome.stderr.decode(errors="replace").strip()[-200:] or f"{outcome.killed or outcome.signal}"
        raise SandboxUnavailable(f"{name} does not work here: a trial ended early: {why}")
