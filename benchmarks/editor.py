"""How long an editor waits for `alphacode-lsp`, beside a server of pygls that does nothing.

    python benchmarks/editor.py [--requests N] [--lines N] [--starts N]

The server has ten candidates of an earlier search and a buffer that somebody types into: every request follows a
keystroke, and so the answer waits until the server has taken that in. The two servers take turns. Times are wall
clock, from the first byte of the request written to the answer read, in milliseconds; CPU is the server's own for a
keystroke and an answer, which says more where the machine has other things to do.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alphacode_lsp.remembered import remember
from alphacode_lsp.search import Search
from alphacode_server.problem import parse_statement
from alphacode_server.protocol import (
    ClusterBody,
    Counts,
    ExampleResult,
    JobCompleted,
    OriginBody,
    RankedCandidate,
    SolveResult,
)

STATEMENT = """# Sum

Print the sum.

## Example

Input

    2 3

Output

    5
"""
TARGETS_MS = {"codeAction": 10.0, "codeLens": 10.0, "resolve": 20.0}
"""What issue and design ask of the 95th percentile."""
START_S, MEMORY_MB = 0.5, 120.0

BARE = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("bare", "1")

@server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(resolve_provider=True))
async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
    return [types.CodeAction(title=str(i), data={}) for i in range(10)]

@server.feature(types.CODE_ACTION_RESOLVE)
async def resolve(action: types.CodeAction) -> types.CodeAction:
    return action

@server.feature(types.TEXT_DOCUMENT_CODE_LENS)
async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
    return []

@server.feature(types.TEXT_DOCUMENT_HOVER)
async def hover(params: types.HoverParams) -> None:
    return None

server.start_io()
"""


@dataclass
class Client:
    """Just enough of an editor to measure with: it costs as little as can be."""

    process: "subprocess.Popen[bytes]"
    ids: Iterator[int] = field(default_factory=itertools.count)

    def notify(self, method: str, params: object) -> None:
        self._write({"method": method, "params": params})

    def ask(self, method: str, params: object) -> Any:
        number = next(self.ids)
        self._write({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            if "id" in message:  # The server asks something; nothing is an answer to all of it.
                self._write({"id": message["id"], "result": None})

    def memory_mb(self) -> float:
        """Resident, as the kernel counts it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def cpu_ms(self) -> float:
        """What all its threads have used so far."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def _write(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        stdout = self.process.stdout
        assert stdout is not None
        length = 0
        while (line := stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise RuntimeError("the server has ended")
        message: dict[str, Any] = json.loads(stdout.read(length))
        return message


@contextmanager
def started(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[tuple[Client, float]]:
    """A server that has answered `initialize`, and the seconds that this took."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    client = Client(process)
    capabilities = {
        "textDocument": {
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                "resolveSupport": {"properties": ["edit"]},
                "honorsChangeAnnotations": True,
            }
        },
        "workspace": {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}},
    }
    params = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": capabilities}
    client.ask("initialize", params)
    took = time.perf_counter() - began
    client.notify("initialized", {})
    try:
        yield client, took
        client.ask("shutdown", None)
        client.notify("exit", None)
    finally:
        process.terminate()
        process.wait(20)


class Typist:
    """Types into a buffer, one letter after another, somewhere in its middle."""

    def __init__(self, client: Client, source: Path, lines: int) -> None:
        self._client, self._uri, self._version = client, source.as_uri(), 1
        self._middle = lines // 2
        item = {"uri": self._uri, "languageId": "cpp", "version": 1, "text": buffer_of(lines)}
        client.notify("textDocument/didOpen", {"textDocument": item})

    def key(self) -> None:
        self._version += 1
        position = {"line": self._middle, "character": 4}
        change = {"range": {"start": position, "end": position}, "text": "x"}
        document = {"uri": self._uri, "version": self._version}
        self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def requests(self) -> dict[str, Callable[[], Any]]:
        document = {"textDocument": {"uri": self._uri}}
        top = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
        invoked = {"context": {"diagnostics": [], "triggerKind": 1}}
        return {
            "codeAction": lambda: self._client.ask("textDocument/codeAction", {**document, "range": top, **invoked}),
            "codeLens": lambda: self._client.ask("textDocument/codeLens", document),
            "hover": lambda: self._client.ask("textDocument/hover", {**document, "position": top["start"]}),
        }


def buffer_of(lines: int) -> str:
    """A long program of the user's own."""
    body = "".join(f"    total += weights[{line % 97}] * {line};  // step {line}\n" for line in range(lines - 6))
    head = "#include <iostream>\nint weights[97];\nint main() {\n    long long total = 0;\n"
    return f"{head}{body}    std::cout << total;\n}}\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers to one kind of request."""

    times: tuple[float, ...]
    """Milliseconds each."""
    cpu_ms: float
    """For each, on average."""


def measure(client: Client, source: Path, lines: int, n_requests: int) -> dict[str, Measured]:
    typist = Typist(client, source, lines)
    asked = typist.requests()
    # What was found earlier is read in the background; the first answers come from an empty memory.
    actions: list[Any] = []
    until = time.monotonic() + 60
    while len(actions) < 10 and time.monotonic() < until:
        actions = [action for action in asked["codeAction"]() if action.get("data") is not None]
        time.sleep(0.05)
    if len(actions) < 10:
        raise RuntimeError(f"expected ten candidates, found {len(actions)}")
    asked["resolve"] = lambda: client.ask("codeAction/resolve", actions[0])
    return {name: _measured(client, typist, ask, n_requests) for name, ask in asked.items()}


def _measured(client: Client, typist: Typist, ask: Callable[[], Any], n_requests: int) -> Measured:
    cpu_ms, times = client.cpu_ms(), []
    for _ in range(n_requests):
        typist.key()
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    return Measured(tuple(times), (client.cpu_ms() - cpu_ms) / n_requests)


def prepare(folder: Path, state_dir: Path) -> Path:
    """A problem, a program, and ten candidates that an earlier session found."""
    statement, source = folder / "problem.md", folder / "main.cpp"
    statement.write_text(STATEMENT)
    source.write_text("")
    search = Search("bench", parse_statement(STATEMENT).problem, statement, source.as_uri(), "cpp", 128)
    candidates = tuple(candidate(rank) for rank in range(1, 11))
    result = SolveResult(candidates, Counts(128, 100, 90, 60, 10), {"total": 60.0}, 7, "replay", "L2")
    search.backend_job, search.backend_url = "bench", "http://127.0.0.1:8420"
    search.take(JobCompleted(result))
    remember(state_dir / "alphacode", search)
    return source


def candidate(rank: int) -> RankedCandidate:
    code = buffer_of(60).replace("total", f"total{rank}")
    cluster = ClusterBody(rank, 20 - rank, 0.1)
    examples = (ExampleResult(1, "AC", 12, 9000),)
    return RankedCandidate(
        rank, f"c{rank}", f"{rank:064x}", "cpp", code, 0.9, "t", cluster, examples, 1, 1, OriginBody("replay")
    )


def main() -> None:
    """Print the table; exit with 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300, help="of each kind (%(default)s)")
    parser.add_argument("--lines", type=int, default=2000, help="of the buffer (%(default)s)")
    parser.add_argument("--starts", type=int, default=7, help="of each server (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "problem")
        folder.mkdir()
        source = prepare(folder, Path(name, "state"))
        environment = {**os.environ, "XDG_STATE_HOME": str(Path(name, "state"))}
        ours = [str(Path(sys.executable).with_name("alphacode-lsp"))]
        bare = [sys.executable, "-c", BARE]
        starts: dict[str, list[float]] = {"ours": [], "bare": []}
        cpu: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(options.starts):
            for name_of, command in (("ours", ours), ("bare", bare)):
                with started(command, folder, environment) as (client, took):
                    starts[name_of].append(took)
                    cpu[name_of].append(client.cpu_ms() / 1000)
        with started(ours, folder, environment) as (client, _), started(bare, folder, environment) as (other, _):
            mine = measure(client, source, options.lines, options.requests)
            theirs = measure(other, source, options.lines, options.requests)
            memory, bare_memory = client.memory_mb(), other.memory_mb()
    is_kept = print_answers(mine, theirs)
    start, bare_start = statistics.median(starts["ours"]), statistics.median(starts["bare"])
    is_kept &= print_row("start to `initialized`, s", start, bare_start, START_S)
    print_row("start, CPU s", statistics.median(cpu["ours"]), statistics.median(cpu["bare"]), START_S)
    is_kept &= print_row("memory, MB", memory, bare_memory, MEMORY_MB)
    sys.exit(0 if is_kept else 1)


def print_answers(mine: dict[str, Measured], theirs: dict[str, Measured]) -> bool:
    """Whether every 95th percentile is within its target."""
    print(
        f"{'answer, ms':<28}{'p50':>8}{'p95':>8}{'max':>8}{'CPU':>8}"
        f"{'pygls p50':>11}{'CPU':>8}{'ratio':>7}{'target':>8}"
    )
    is_kept = True
    for name, measured in mine.items():
        ordered, bare = sorted(measured.times), theirs[name]
        p50, p95, bare_p50 = (
            statistics.median(ordered),
            ordered[int(0.95 * len(ordered))],
            statistics.median(bare.times),
        )
        target = TARGETS_MS.get(name)
        is_kept &= target is None or p95 < target
        print(
            f"{name:<28}{p50:>8.2f}{p95:>8.2f}{ordered[-1]:>8.2f}{measured.cpu_ms:>8.2f}{bare_p50:>11.2f}"
            f"{bare.cpu_ms:>8.2f}{measured.cpu_ms / bare.cpu_ms:>7.1f}{f'{target:g}' if target else '-':>8}"
        )
    return is_kept


def print_row(name: str, ours: float, bare: float, target: float) -> bool:
    print(f"{name:<28}{ours:>8.2f}{'':>24}{bare:>11.2f}{'':>8}{ours / bare:>7.1f}{target:>8g}")
    return ours < target


if __name__ == "__main__":
    main()
