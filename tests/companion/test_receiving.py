"""Several windows, batches, and ports that others have: who gets what, and when."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from alphacode_server.companion import Delivery, State, deliveries
from tests.companion.conftest import Desk, encoded


class Window:
    """A window that waits for problems, and what it was told meanwhile."""

    def __init__(self, state_dir: Path, ports: Sequence[int] = (0,), patience_s: float = 60) -> None:
        self.states: list[State] = []
        self._changed = asyncio.Event()
        self.arriving = deliveries(state_dir, ports, self._note, patience_s=patience_s)
        self.next: asyncio.Task[Delivery] = asyncio.create_task(_next(self.arriving))

    def _note(self, state: State) -> None:
        self.states.append(state)
        self._changed.set()

    async def port(self) -> int:
        """Its own, once it listens."""
        async with asyncio.timeout(60):
            while not (self.states and self.states[-1].port):
                self._changed.clear()
                await self._changed.wait()
        assert self.states[-1].port is not None
        return self.states[-1].port

    async def told(self) -> str:
        async with asyncio.timeout(60):
            await self._changed.wait()
        return self.states[-1].words

    async def names(self) -> list[str]:
        async with asyncio.timeout(60):
            return [received.payload.name for received in await self.next]

    async def aclose(self) -> None:
        self.next.cancel()
        await asyncio.gather(self.next, return_exceptions=True)
        await self.arriving.aclose()


async def _next(arriving: AsyncGenerator[Delivery, None]) -> Delivery:
    return await anext(arriving)


class _At:
    """As much of a listener as `Desk.post` needs."""

    def __init__(self, port: int) -> None:
        self.port = port


async def post(port: int, **fields: Any) -> int:
    return await Desk(_At(port)).post(encoded(**fields))  # type: ignore[arg-type]


async def test_one_window_gets_what_was_sent(tmp_path: Path) -> None:
    async with aclosing(Window(tmp_path)) as window:
        assert await post(await window.port(), name="Castle") == 200
        assert await window.names() == ["Castle"]


async def test_the_window_that_asked_last_gets_it_whoever_listens(tmp_path: Path) -> None:
    async with aclosing(Window(tmp_path)) as first:
        port = await first.port()
        async with aclosing(Window(tmp_path)) as second:
            assert "another window listens" in await second.told()
            assert await post(port, name="For the second") == 200
            assert await second.names() == ["For the second"]
            assert not first.next.done()
        assert await post(port, name="For the first") == 200
        assert await first.names() == ["For the first"]


async def test_a_window_takes_over_when_the_one_that_listened_goes(tmp_path: Path) -> None:
    first = Window(tmp_path)
    await first.port()
    async with aclosing(Window(tmp_path)) as second:
        await second.told()
        await first.aclose()
        assert await post(await second.port(), name="Castle") == 200
        assert await second.names() == ["Castle"]


async def test_a_window_that_died_is_no_window(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from alphacode_server.companion.inbox import Seat\n"
        "seat = Seat(Path(sys.argv[1]) / 'companion'); print('seated', flush=True); time.sleep(600)\n"
    )
    async with aclosing(Window(tmp_path)) as window:
        port = await window.port()
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", code, tmp_path, stdout=subprocess.PIPE)
        assert other.stdout is not None
        assert await other.stdout.readline() == b"seated\n"
        other.kill()
        await other.wait()
        assert await post(port, name="Castle") == 200
        assert await window.names() == ["Castle"]
    assert list((tmp_path / "companion" / "waiting").iterdir()) == []


async def test_a_contest_waits_until_it_is_whole(tmp_path: Path) -> None:
    async with aclosing(Window(tmp_path)) as window:
        port = await window.port()
        for name in "ABC":
            assert not window.next.done()
            assert await post(port, name=name, batch={"id": "one", "size": 3}) == 200
        assert await window.names() == ["A", "B", "C"]


async def test_a_contest_that_stays_incomplete_is_let_go(tmp_path: Path) -> None:
    async with aclosing(Window(tmp_path, patience_s=0.2)) as window:
        port = await window.port()
        await post(port, name="A", batch={"id": "one", "size": 3})
        assert await window.names() == ["A"]


async def test_a_port_of_another_program_is_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = int(other.getsockname()[1])
        window = Window(tmp_path, [taken])
        assert f"another program has taken port {taken}" in await window.told()
    async with aclosing(window):
        assert await window.port() == taken
        assert await post(taken, name="Castle") == 200
        assert await window.names() == ["Castle"]
