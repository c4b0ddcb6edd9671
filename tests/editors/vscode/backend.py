"""A real backend that answers from a recording, at an address that stays while it is stopped and started."""

import subprocess
import threading
import urllib.request
from pathlib import Path

from alphacode_lsp.local_backend import free_port
from tests.editors.vscode.installation import BIN, ROOT

RECORDING = ROOT / "tests" / "data" / "recordings" / "brackets.jsonl"


class Backend:
    """`alphacode serve`. Its log says what reached it."""

    def __init__(self, root: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._options = options
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.log = root / f"backend-{self.port}.log"

    def start(self) -> None:
        """Return when it takes jobs."""
        command = [
            BIN / "alphacode", "serve", "--port", str(self.port), "--sampler", f"replay:{RECORDING}", *self._options
        ]  # fmt: skip
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            command, env=self._environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "ready:" in line:
                break
        else:
            raise AssertionError(f"the backend did not start: {''.join(said)}")
        self.log.write_text("".join(said))
        self._reader = threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True)
        self._reader.start()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(30)
        assert self._reader is not None
        self._reader.join(10)
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._process = None

    def metric(self, line: str) -> float:
        """The value of a line of `/metrics` that begins with these words, 0 where there is none."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as reply:
            lines = reply.read().decode().splitlines()
        return next((float(found.rsplit(" ", 1)[1]) for found in lines if found.startswith(line)), 0.0)

    def _read(self, stream: "object") -> None:
        with self.log.open("a") as log:
            for line in stream:  # type: ignore[attr-defined]
                log.write(line)
                log.flush()
