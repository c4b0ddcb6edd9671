"""Waiting for problems: one window listens, and hands what comes to the window that asked last."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.companion.batches import PATIENCE_S, Batches
from alphacode_server.companion.inbox import Lock, Seat, deliver
from alphacode_server.companion.listener import Listener, listen
from alphacode_server.problem.companion import Payload, read_payload

logger = logging.getLogger(__name__)

_TICK_S = 0.3
"""How often a window looks for what another one delivered, and whether it should listen itself."""


@dataclass(frozen=True, slots=True)
class Received:
    """A problem, and the body that it came as."""

    payload: Payload
    body: bytes


Delivery = tuple[Received, ...]
"""A problem, or those of a batch."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether problems can arrive. Without a port in here they may still come through another window."""

    port: int | None
    words: str


async def deliveries(
    state_dir: Path, ports: Sequence[int], on_state: Callable[[State], None], *, patience_s: float = PATIENCE_S
) -> AsyncGenerator[Delivery, None]:
    """What arrives for this window, for as long as it is asked for; close the generator to stop.

    A port that is taken is nothing to stop for: it is tried again until it is free. Raises OSError where the user's
    state folder cannot be written.
    """
    folder = state_dir / "companion"
    seat = Seat(folder)
    post = _Post(folder, ports, patience_s)
    state: State | None = None
    try:
        while True:
            if state != (current := await post.try_to_listen()):
                state = current
                on_state(state)
            for bodies in seat.take():
                yield tuple(Received(read_payload(body), body) for body in bodies)
            await post.wait()
    finally:
        left = list(seat.take())
        seat.close()
        await post.aclose()
        for bodies in left:
            deliver(folder, bodies)


class _Post:
    """The listener of this window, while no other window has one."""

    def __init__(self, folder: Path, ports: Sequence[int], patience_s: float) -> None:
        self._folder = folder
        self._ports = ports
        self._lock: Lock | None = None
        self._listener: Listener | None = None
        self._batches = Batches(self._deliver, patience_s)
        self._arrived = asyncio.Event()

    async def try_to_listen(self) -> State:
        if self._lock is None:
            try:
                self._lock = Lock(self._folder / "listener.lock")
            except BlockingIOError:
                return State(None, "another window listens, and hands over what this one asked for")
        if self._listener is None:
            self._listener = await listen(self._ports, self._batches.add)
        if self._listener is None:
            # The lock is let go, as another window may have been given other ports.
            self._lock.release()
            self._lock = None
            taken = ", ".join(map(str, self._ports))
            return State(None, f"another program has taken port {taken}; it is tried again until it is free")
        return State(self._listener.port, f"listening on port {self._listener.port} of this machine")

    async def wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_TICK_S):
                await self._arrived.wait()
        self._arrived.clear()

    async def aclose(self) -> None:
        if self._listener is not None:
            await self._listener.aclose()
        self._batches.close()
        if self._lock is not None:
            self._lock.release()

    def _deliver(self, bodies: tuple[bytes, ...]) -> None:
        if not deliver(self._folder, bodies):
            logger.warning("%d problems came when no window waited for any more", len(bodies))
        self._arrived.set()
