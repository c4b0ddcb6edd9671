"""A client of the backend from docs/protocol.md alone: solves a problem and prints the best program.

python examples/client.py http://127.0.0.1:8420 request.json

A connection that breaks, or a backend that is restarted, is waited for.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

HEADERS = {"AlphaCode-Protocol": "1", "Content-Type": "application/json"}
if token := os.environ.get("ALPHACODE_TOKEN"):
    HEADERS["Authorization"] = f"Bearer {token}"
LAST_EVENTS = ("job.completed", "job.failed", "job.cancelled")


def ask(url: str, body: bytes | None = None, **headers: str) -> Any:
    """The open answer. What may pass is tried again, for as long as it takes; an error of ours ends the program."""
    while True:
        request = urllib.request.Request(url, body, {**HEADERS, **headers})  # noqa: S310
        try:
            return urllib.request.urlopen(request, timeout=30)  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code not in (409, 429, 502, 503, 504):
                sys.exit(json.load(error)["error"]["message"])
        except OSError:
            pass
        time.sleep(1)


def events(job_url: str) -> Iterator[tuple[str, Any]]:
    """Every event of a job once, by its type, to the last one."""
    seen, kind = "0", ""
    while kind not in LAST_EVENTS:
        try:
            for line in ask(f"{job_url}/events", **{"Last-Event-ID": seen}):
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    seen = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)
        except OSError:
            continue


def main(backend: str, path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123
        reply = ask(f"{backend}/v1/jobs", file.read(), **{"Idempotency-Key": str(uuid.uuid4())})
    for kind, data in events(backend + reply.headers["Location"]):
        if kind == "phase":
            print(f"{data['name']} {data['done']}/{data['total']}", file=sys.stderr)
        elif kind in LAST_EVENTS:
            result = data.get("result", data)
            if not result["candidates"]:
                sys.exit(f"{kind}, and no program")
            print(result["candidates"][0]["code"])


if __name__ == "__main__":
    main(*sys.argv[1:])
