"""What the listener takes, and all that it does not: it is a door that every web page of the user's can knock at."""

import asyncio
import json
import socket
from itertools import islice

import pytest

from alphacode_server.companion.admission import LARGEST_BODY
from alphacode_server.companion.listener import listen
from tests.companion.conftest import HEADERS, Desk, encoded, payload, started


async def test_a_problem_is_taken_as_companion_sends_it(desk: Desk) -> None:
    body = encoded()
    for origin in ("", "chrome-extension://cjnmckjndlpiamhfimnnjmnckgghkjbl", "moz-extension://0b1c-2d"):
        assert await desk.post(body, {"Origin": origin, "Content-Type": "application/json; charset=utf-8"}) == 200
    assert [(one.name, raw) for one, raw in desk.taken] == [("A. Sum", body)] * 3


async def test_the_answer_is_empty_and_no_page_may_read_it(desk: Desk) -> None:
    body = encoded()
    head = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    status, answer = await desk.send(head.encode() + body)
    assert status == 200
    assert answer.endswith("\r\n\r\n")
    assert "access-control" not in answer.lower()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example/chrome-extension://"}, 403),
        # A name of the attacker's that was made to point to this machine.
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:10043"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "192.168.1.7"}, 403),
        ({"Host": "0.0.0.0"}, 403),
        # What a page's form can send without being asked for permission.
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=application/json"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Length": str(LARGEST_BODY + 1)}, 413),
    ],
)
async def test_web_pages_and_foreign_names_are_refused(desk: Desk, headers: dict[str, str], status: int) -> None:
    assert await desk.post(encoded(), headers) == status
    assert not desk.taken


@pytest.mark.parametrize("host", ["localhost", "localhost:10043", "127.0.0.1:10043", "[::1]:10043", "LOCALHOST"])
async def test_this_machine_goes_by_these_names(desk: Desk, host: str) -> None:
    assert await desk.post(encoded(), {"Host": host}) == 200


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET / HTTP/1.1", 405),
        ("HEAD / HTTP/1.1", 405),
        ("OPTIONS / HTTP/1.1", 405),
        ("PUT / HTTP/1.1", 405),
        ("POST /../../etc/passwd HTTP/1.1", 404),
        ("POST //evil.example/ HTTP/1.1", 404),
        ("POST http://localhost/ HTTP/1.1", 404),
    ],
)
async def test_other_methods_and_paths_are_refused(desk: Desk, line: str, status: int) -> None:
    assert await desk.post(encoded(), line=line) == status
    assert not desk.taken


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"json\n{}\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
    ids=["tls", "chelper", "two hosts", "no host", "two lengths", "negative length", "huge head"],
)
async def test_garbage_is_refused(desk: Desk, request_bytes: bytes) -> None:
    status, _ = await desk.send(request_bytes)
    assert 400 <= status < 500
    assert not desk.taken
    assert await desk.post(encoded()) == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b'{"name": ""}',
        b'{"name": 3}',
        b'{"name": "A", "tests": {}}',
        b'{"name": "A", "tests": [{"input": "1"}]}',
        b'{"name": "A", "timeLimit": 1e400}',
        b'{"name": "A", "batch": {"id": "x", "size": 1000000000}}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b'{"name": "A", "x": ' + b'{"x":' * 100_000 + b"1" + b"}" * 100_001,
    ],
)
async def test_what_is_no_problem_is_refused(desk: Desk, body: bytes) -> None:
    assert await desk.post(body) == 400
    assert not desk.taken


async def test_a_hundred_megabytes_are_not_read(desk: Desk) -> None:
    """Announced, they are refused at once; in pieces of unknown number, as soon as they are too many."""
    assert await desk.post(b"", {"Content-Length": "100000000"}) == 413
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    n_sent = 0
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.listener.port)
        writer.write(head)
        try:
            while not reader.at_eof() and n_sent < 100_000_000:
                writer.write(piece)
                n_sent += len(piece)
                await writer.drain()
        except OSError:
            pass  # The listener closed while we were still sending.
        writer.close()
    assert n_sent < 50_000_000  # What the system's own buffers hold comes on top of what was read.
    assert not desk.taken
    assert await desk.post(encoded()) == 200


async def test_a_slow_body_ends_without_holding_up_others() -> None:
    taken: list[str] = []
    listener = await started(lambda one, body: taken.append(one.name), request_s=0.5)
    desk = Desk(listener)
    body = encoded()
    head = (
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    slow = asyncio.create_task(desk.send(head.encode() + body[:10]))
    silent = asyncio.create_task(desk.send(b""))
    assert (await slow)[0] == 408
    assert (await silent)[0] == 408
    await listener.aclose()
    assert not taken


async def test_idle_connections_do_not_pile_up(desk: Desk) -> None:
    idle = [await asyncio.open_connection("127.0.0.1", desk.listener.port) for _ in range(200)]
    closed = [asyncio.create_task(reader.read()) for reader, _ in idle]
    for ended in islice(asyncio.as_completed(closed, timeout=60), 100):  # All but those few that are kept open.
        assert await ended == b""
    for task in closed:
        task.cancel()
    for _, writer in idle:
        writer.close()


async def test_a_client_that_asks_first_is_told_to_go_on(desk: Desk) -> None:
    """curl does so for larger bodies."""
    body = encoded(group="g" * 5000)
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.listener.port)
        head = {**HEADERS, "Content-Length": str(len(body)), "Expect": "100-continue"}
        lines = [f"{name}: {value}" for name, value in head.items()]
        writer.write("\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 100")
        writer.write(body)
        assert b"HTTP/1.1 200" in await reader.read()
        writer.close()
    assert len(desk.taken) == 1


async def test_only_this_machine_is_answered(desk: Desk) -> None:
    assert set(desk.listener.addresses) <= {"127.0.0.1", "::1"}
    if "::1" in desk.listener.addresses:
        body = encoded()
        head = (
            f"POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        assert (await desk.send(head.encode() + body, "::1"))[0] == 200


async def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert await listen([taken], lambda one, body: None) is None
        listener = await listen([taken, 0], lambda one, body: None)
        assert listener is not None
        assert listener.port != taken
        await listener.aclose()


async def test_what_was_sent_is_kept_as_it_was_sent(desk: Desk) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"unknown": ["é", {"x": None}], **payload()}, indent=2).encode()
    assert await desk.post(body) == 200
    assert desk.taken[0][1] == body
