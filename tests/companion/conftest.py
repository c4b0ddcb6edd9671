"""A listener at a free port, and a client that can send it anything."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio

from alphacode_server.companion.listener import Listener, listen
from alphacode_server.problem.companion import Payload

HEADERS = {"Host": "localhost", "Content-Type": "application/json"}


def payload(**fields: Any) -> dict[str, Any]:
    tests = [{"input": "2 3\n", "output": "5\n"}]
    return {"name": "A. Sum", "group": "Judge - Round 1", "url": "https://judge.example/1/A", "timeLimit": 1500,
            "memoryLimit": 256, "interactive": False, "tests": tests, **fields}  # fmt: skip


def encoded(**fields: Any) -> bytes:
    return json.dumps(payload(**fields)).encode()


@dataclass
class Desk:
    """A listener, and what it took."""

    listener: Listener
    taken: list[tuple[Payload, bytes]] = field(default_factory=list)

    async def send(self, request: bytes, address: str = "127.0.0.1") -> tuple[int, str]:
        """Send bytes, and read the answer until the listener closes: the status and the whole of it."""
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection(address, self.listener.port)
            try:
                writer.write(request)
                answer = (await reader.read()).decode()
            finally:
                writer.close()
        return int(answer.split()[1]), answer

    async def post(self, body: bytes, headers: dict[str, str] | None = None, line: str = "POST / HTTP/1.1") -> int:
        lines = {**HEADERS, "Content-Length": str(len(body)), **(headers or {})}
        head = "\r\n".join([line, *(f"{name}: {value}" for name, value in lines.items() if value), "", ""])
        return (await self.send(head.encode() + body))[0]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    taken: list[tuple[Payload, bytes]] = []
    listener = await started(lambda one, body: taken.append((one, body)))
    yield Desk(listener, taken)
    await listener.aclose()


async def started(take: Callable[[Payload, bytes], None], request_s: float = 60) -> Listener:
    listener = await listen([0], take, request_s=request_s)
    assert listener is not None
    return listener
