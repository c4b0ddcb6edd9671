"""A real language server over stdio, an editor that behaves as its capabilities say, and real backends behind it."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp.client import client_capabilities

from tests.e2e.editor import TIMEOUT_S, Editor

ROOT = Path(__file__).resolve().parents[2]
RECORDING = ROOT / "tests" / "data" / "recordings" / "editor.jsonl"
BIN = Path(sys.executable).parent

STATEMENT = """---
title: Sum of two numbers
time_limit: 1s
---

# Sum of two numbers

Print the sum of two numbers.

## Examples

Input

    2 3

Output

    5

Input

    10 0

Output

    10

Input

    1 1

Output

    2
"""
RIGHT = '#include <cstdio>\nint main() {\n  int a, b;\n  scanf("%d %d", &a, &b);\n  printf("%d", a + b);\n}\n'
WRONG = RIGHT.replace("a + b", "a * b")

SAMPLES = 16
"""All that the recording has of the problem in C++."""


@dataclass
class Backend:
    """An `alphacode serve` of the real command line."""

    url: str
    process: "subprocess.Popen[str]"

    @property
    def pid(self) -> int:
        return self.process.pid


@dataclass
class Desk:
    """Starts editors, each with a server of its own, and sees that all of them leave nothing behind."""

    folder: Path
    state: Path
    editors: list[Editor] = field(default_factory=list)

    async def __call__(
        self,
        profile: str = "visual-studio-code",
        *,
        options: object = None,
        command: Sequence[str] = (),
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        adjust: Callable[[types.ClientCapabilities], None] = lambda capabilities: None,
    ) -> Editor:
        editor = Editor()
        self.editors.append(editor)
        inherited = {**os.environ, "XDG_STATE_HOME": str(self.state), **(environment or {})}
        argv = [*(command or (str(BIN / "alphacode-lsp"),))]
        await editor.start_io(*argv, cwd=cwd or self.folder, env=inherited)
        capabilities = client_capabilities(profile)
        adjust(capabilities)
        params = types.InitializeParams(
            capabilities=capabilities, initialization_options=options, root_uri=self.folder.as_uri()
        )
        result = await editor.initialize_session(params)
        encoding = result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        editor.encoding = types.PositionEncodingKind(encoding).value
        return editor

    async def close(self, editor: Editor) -> None:
        await editor.shutdown_session()
        await editor.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with one problem and two empty programs."""
    problem = tmp_path / "sum"
    problem.mkdir()
    (problem / "problem.md").write_text(STATEMENT)
    (problem / "main.py").write_text("# Solve it here.\n")
    (problem / "main.cpp").write_text("// Solve it here.\n")
    return problem


@pytest_asyncio.fixture
async def desk(folder: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(folder, tmp_path / "state")
    yield desk
    for editor in desk.editors:
        if editor._server is not None and editor._server.returncode is None:
            async with asyncio.timeout(TIMEOUT_S):
                await desk.close(editor)


def serve(*arguments: str) -> Iterator[Backend]:
    command = [
        str(BIN / "alphacode"),
        "serve",
        "--port",
        "0",
        "--store",
        "none",
        "--sampler",
        f"replay:{RECORDING}",
        *arguments,
    ]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said: list[str] = []
    url = ""
    for line in process.stderr:
        said.append(line)
        if "backend on http" in line:
            url = line.split()[-1]
        if "ready:" in line:
            break
    else:
        pytest.fail(f"the backend did not start: {''.join(said)}")
    # Its pipe must not fill up.
    reader = threading.Thread(target=process.stderr.read, daemon=True)
    reader.start()
    yield Backend(url, process)
    process.terminate()
    process.wait(15)
    reader.join(5)
    process.stderr.close()


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """One backend for the whole session; its recording answers at once."""
    yield from serve()


@pytest.fixture(scope="session")
def slow_backend() -> Iterator[Backend]:
    """A backend that samples so slowly that a search can be stopped in the middle."""
    yield from serve("--replay-rate", "4")
