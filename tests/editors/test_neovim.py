"""What users do in a real Neovim, once with `vim.lsp` alone and once with the plugin's commands."""

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from alphacode_lsp.local_backend import free_port
from tests.companion.conftest import encoded
from tests.editors.neovim import BIN, INSTALLATIONS, RECORDING, ROOT, Neovim, neovim, told
from tests.service import processes

pytestmark = pytest.mark.timeout(600)

REPLAY = ("--sampler", f"replay:{RECORDING}")
SAMPLES = {"samples": 15}


class User(Protocol):
    """Asks the editor for something; what comes of it is for the test to see."""

    def __init__(self, editor: Neovim) -> None: ...
    def solve(self) -> None: ...
    def apply(self, rank: int) -> None: ...
    def run(self) -> None: ...
    def compare(self, left: int, right: int) -> None: ...
    def cancel(self) -> None: ...
    def receive(self) -> None: ...


class WithoutPlugin:
    """By the menu of code actions, and by the server's commands for what is in no menu."""

    def __init__(self, editor: Neovim) -> None:
        self._editor = editor

    def solve(self) -> None:
        self._editor.choose("AlphaCode: Solve this problem")

    def apply(self, rank: int) -> None:
        self._editor.choose(f"AlphaCode {rank:02}:")

    def run(self) -> None:
        self._editor.choose("AlphaCode: Run 17 examples")

    def compare(self, left: int, right: int) -> None:
        self._editor.ask("compare", left=left, right=right)
        self._editor.until("vim.api.nvim_buf_get_name(0):find('%.diff$')")
        assert self._editor.text().startswith("--- AlphaCode 01")

    def cancel(self) -> None:
        self._editor.choose("AlphaCode: Cancel solving")

    def receive(self) -> None:
        self._editor.ask("companion", action="receive")


class WithPlugin:
    """By `:AlphaCode`."""

    def __init__(self, editor: Neovim) -> None:
        self._editor = editor

    def solve(self) -> None:
        self._editor.command("AlphaCode solve")

    def apply(self, rank: int) -> None:
        self._editor.command(f"AlphaCode apply {rank}")

    def run(self) -> None:
        self._editor.command("AlphaCode run")

    def compare(self, left: int, right: int) -> None:
        self._editor.command(f"AlphaCode diff {left} {right}")
        self._editor.until("#vim.tbl_filter(function(w) return vim.wo[w].diff end, vim.api.nvim_list_wins()) == 2")

    def cancel(self) -> None:
        self._editor.command("AlphaCode cancel")

    def receive(self) -> None:
        self._editor.command("AlphaCode receive")


Start = Callable[..., AbstractContextManager[Neovim]]


@pytest.fixture(params=[WithoutPlugin, WithPlugin], ids=["without", "with"])
def user(request: pytest.FixtureRequest) -> type[User]:
    kind: type[User] = request.param
    return kind


@pytest.fixture
def start(tmp_path: Path, user: type[User]) -> Start:
    return partial(neovim, tmp_path, with_plugin=user is WithPlugin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "examples" / "brackets", tmp_path / "brackets")


def local_backend(*arguments: str) -> Mapping[str, object]:
    """Of a backend that the language server starts by itself."""
    return {"url": f"http://127.0.0.1:{free_port()}", "serveArgs": [*REPLAY, *arguments]}


def test_solve_apply_run_and_compare(user: type[User], start: Start, folder: Path) -> None:
    # Slowly enough for the sampling to be seen: what is reported is at most four times a second.
    with start({"backend": local_backend("--replay-rate", "8"), "solve": SAMPLES}) as editor:
        asking = user(editor)
        editor.open(folder / "main.py")
        titles = editor.choose(None)
        assert titles[:2] == ["AlphaCode: Solve this problem (15 samples)", "AlphaCode: Run 17 examples"]

        asking.solve()
        editor.until_told("a local backend is being started")
        editor.until_told("candidates, best passes 1/1")
        progress = editor.lua("return _G.progress")
        assert progress[0]["title"] == 'AlphaCode: solving "Balanced Brackets"'
        assert any("Sampling" in value.get("message", "") for value in progress)
        assert "candidates, best passes 1/1" in progress[-1]["message"]

        titles = [title for title in editor.choose(None) if title.startswith("AlphaCode 0")]
        assert 2 <= len(titles) <= 10
        assert titles == sorted(titles)
        assert "1/1 examples, cluster" in titles[0]
        candidates = editor.ask("candidates")["candidates"]
        for rank in (2, 1):
            asking.apply(rank)
            code = candidates[rank - 1]["code"]
            editor.until("table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n' == x", code)

        asking.run()
        editor.until_told("17/17 examples pass")
        assert editor.lua("return #vim.diagnostic.get(0)") == 0
        editor.write("input()", "print('NO')")
        asking.run()
        editor.until("#vim.diagnostic.get(0) == 8")
        diagnostic, *_ = editor.lua("return vim.diagnostic.get(0)")
        assert diagnostic["source"] == "alphacode"
        assert diagnostic["message"].startswith("Example 1: WA, line 1: expected `YES`, got `NO`")
        editor.write("# edited")
        editor.until("#vim.diagnostic.get(0) == 0")

        asking.compare(1, 2)
        assert editor.lua("return #vim.lsp.get_clients()") == 1  # What is shown belongs to the same server.


@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_a_script_does_the_same(installation: str, tmp_path: Path, folder: Path) -> None:
    seen = told(tmp_path, {"backend": local_backend(), "solve": SAMPLES}, installation, folder / "main.py")
    assert seen.get("trouble") is None
    assert seen["plugin"] is (installation != "lsp alone")
    assert seen["before"][:2] == ["AlphaCode: Solve this problem (15 samples)", "AlphaCode: Run 17 examples"]
    assert "AlphaCode 02: 1/1 examples, cluster" in seen["after"][1]
    assert "print(" in seen["applied"]
    assert len(seen["diagnostics"]) == 8
    assert seen["diagnostics"][0].startswith("Example 1: WA, line 1: expected `YES`, got `NO`")


def test_receive_from_companion_and_cancel(user: type[User], start: Start, folder: Path) -> None:
    port = free_port()
    slowly = local_backend("--replay-rate", "0.05")
    with start({"backend": slowly, "solve": SAMPLES, "companion": {"port": port}}) as editor:
        asking = user(editor)
        editor.open(folder / "main.py")
        asking.receive()
        editor.until("vim.iter(_G.progress):any(function(p) return (p.message or ''):find(x, 1, true) end)", str(port))
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", encoded(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=90) as answer:
            assert answer.status == 200
        editor.until("vim.api.nvim_buf_get_name(0) == x", str(folder / "A_Sum.md"))
        editor.until_told("AlphaCode: received A. Sum; paste the statement below `## Statement`")
        assert json.loads((folder / ".alphacode" / "A_Sum.json").read_text())["name"] == "A. Sum"

        editor.open(folder / "main.py")
        editor.lua("_G.progress = {}")
        asking.solve()
        editor.until("vim.iter(_G.progress):any(function(p) return (p.message or ''):find('Sampling', 1, true) end)")
        asking.cancel()
        editor.until(
            "vim.iter(_G.progress):any(function(p) return p.kind == 'end' and vim.startswith(p.message or '', x) end)",
            "Cancelled",
        )
        assert editor.choose(None)[0] == "AlphaCode: Solve this problem (15 samples)"


def new_token(store: Path) -> str:
    command = [BIN / "alphacode", "token", "new", "anna", "--store", store]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


async def test_a_backend_that_is_down_then_asks_for_a_token(
    user: type[User], start: Start, folder: Path, tmp_path: Path
) -> None:
    store = tmp_path / "jobs.db"
    token = new_token(store)
    backend = processes.Backend(*REPLAY, "--store", str(store))
    settings = {"url": backend.url, "autoStart": False, "tokenCommand": ["cat", str(tmp_path / "token")]}
    (tmp_path / "token").write_text("ac_wrong\n")
    with start({"backend": settings, "solve": SAMPLES}) as editor:
        asking = user(editor)
        editor.open(folder / "main.py")
        asking.solve()
        editor.until_told(f"AlphaCode: nothing answers at {backend.url}")
        assert editor.asked()[-2:] == ["Solve again", "Run the doctor"]

        await backend.start()
        try:
            asking.solve()
            editor.until_told(f"Run `alphacode login {backend.url}` in a terminal.")
            (tmp_path / "token").write_text(token)
            asking.solve()
            editor.until_told("candidates, best passes 1/1")
        finally:
            await backend.kill()
        assert token not in json.dumps(editor.lua("return { _G.messages, _G.progress, _G.asked }"))


def test_the_configuration_attaches_to_programs_and_statements(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples" / "watermelon", tmp_path / "watermelon")
    with neovim(tmp_path, {"solve": SAMPLES}, with_plugin=False) as editor:
        for name in ("main.cpp", "problem.md"):
            editor.open(folder / name)
        assert editor.lua("return vim.lsp.get_clients()[1].root_dir") == str(folder)
        assert "AlphaCode: Solve this problem (15 samples)" in editor.choose(None)
