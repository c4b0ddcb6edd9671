"""What only the plugin has: `:AlphaCode` with completion, the candidates' buffer, the line of progress, health."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphacode_lsp.local_backend import free_port
from tests.editors.neovim import RECORDING, ROOT, Neovim, neovim

pytestmark = pytest.mark.timeout(600)

SUBCOMMANDS = [
    "apply",
    "cancel",
    "diff",
    "log",
    "panel",
    "paste",
    "receive",
    "report",
    "run",
    "solve",
    "status",
    "stress",
]
PROGRESS_LINE = """
local function is_shown()
  return vim.iter(vim.api.nvim_list_wins()):any(function(window)
    local buffer = vim.api.nvim_win_get_buf(window)
    local line = vim.api.nvim_buf_get_lines(buffer, 0, 1, false)[1]
    return vim.api.nvim_win_get_config(window).relative == 'editor'
      and vim.startswith(line, ' AlphaCode: solving "Balanced Brackets" ')
      and vim.endswith(line, '[:AlphaCode cancel] ')
  end)
end
"""
SECRET = "hush-hush"


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Neovim]:
    """Before the program of a problem, with a backend that answers once it is needed."""
    folder = shutil.copytree(ROOT / "examples" / "brackets", tmp_path / "brackets")
    serve = ["--sampler", f"replay:{RECORDING}", "--replay-rate", "20"]
    settings = {
        "backend": {"url": f"http://127.0.0.1:{free_port()}", "serveArgs": serve},
        "solve": {"samples": 15},
    }
    with neovim(tmp_path, settings, with_plugin=True, environment={"ALPHACODE_TOKEN": SECRET}) as editor:
        editor.open(folder / "main.py")
        yield editor


def completed(editor: Neovim, line: str) -> list[str]:
    return list(editor.lua("return vim.fn.getcompletion(..., 'cmdline')", line))


def solved(editor: Neovim) -> list[str]:
    """The programs of all candidates, by rank."""
    editor.command("AlphaCode solve")
    editor.until_told("candidates, best passes 1/1")
    assert editor.asked() == []  # No question comes between two keys.
    return [candidate["code"] for candidate in editor.ask("candidates")["candidates"]]


def test_commands(editor: Neovim, tmp_path: Path) -> None:
    assert completed(editor, "AlphaCode ") == SUBCOMMANDS
    assert completed(editor, "AlphaCode st") == ["status", "stress"]
    assert completed(editor, "AlphaCode apply ") == []
    manual = (ROOT / "editors" / "nvim" / "doc" / "alphacode.txt").read_text()
    assert [name for name in SUBCOMMANDS if f"\n:AlphaCode {name} " not in manual] == []
    for line, told in (
        ("solves", "there is no `solves`; there are apply, cancel, diff"),
        ("apply first", "`apply` takes a number from 1, not `first`"),
        ("cancel 1", "`cancel` takes 0 numbers at most"),
        ("apply", "there are no candidates yet; `:AlphaCode solve` searches for some"),
        ("cancel", "nothing is going on"),
        ("status", "Statement: problem.md"),
    ):
        editor.command(f"AlphaCode {line}")
        editor.until_told(told)

    # In one call, since it is over soon.
    assert editor.lua(f"{PROGRESS_LINE} vim.cmd('AlphaCode solve'); return vim.wait(90000, is_shown, 20)")
    editor.until_told("for Balanced Brackets; `:AlphaCode panel` shows them")
    editor.until("#vim.api.nvim_list_wins() == 1")
    assert completed(editor, "AlphaCode apply ")[:2] == ["1", "2"]
    editor.command("AlphaCode apply 99")
    editor.until_told("there is no candidate 99, only 1 to ")
    editor.command("AlphaCode run 1")
    editor.until_told("AlphaCode 01: 17/17 examples pass")

    folder = tmp_path / "brackets"
    for name in ("other.py", "problem.md"):
        editor.open(folder / name)
    editor.command("AlphaCode diff 1")
    editor.until_told("open the one program that the candidate is to be compared with first")
    editor.command(f"bdelete {folder / 'other.py'}")
    editor.command(f"edit {folder / 'main.py'}")

    editor.command("checkhealth alphacode")
    health = editor.text()
    assert "language server: alphacode-lsp" in health
    assert "token: from ALPHACODE_TOKEN" in health
    assert "main.py: belongs to problem.md" in health
    assert SECRET not in health
    editor.command(f"edit {folder / 'main.py'}")
    editor.command("AlphaCode report")
    editor.until("vim.api.nvim_buf_get_name(0):find('report.md', 1, true)")

    editor.open(tmp_path / "other.py")
    statement = (ROOT / "examples" / "watermelon" / "problem.md").read_text()
    editor.lua("vim.fn.setreg('\"', ...)", statement)
    editor.command("AlphaCode paste")
    editor.until("vim.api.nvim_buf_get_name(0) == x", str(tmp_path / "other.md"))
    assert editor.text().strip() == statement.strip()


def test_the_candidates(editor: Neovim) -> None:
    source = editor.lua("return vim.api.nvim_get_current_buf()")
    editor.command("AlphaCode panel")
    editor.until("vim.bo.filetype == 'alphacode' and vim.fn.search('no candidates yet', 'n') > 0")
    editor.command("wincmd p")
    programs = solved(editor)
    editor.command("AlphaCode panel")
    assert editor.lua("return #vim.api.nvim_tabpage_list_wins(0)") == 2  # It was there already.
    editor.until("vim.startswith(vim.fn.getline(1), x)", f"# main.py: {len(programs)} candidates, best passes 1/1")
    assert "\n## 02: 1/1 examples, cluster " in editor.text()
    for program in programs:
        assert f"```python\n{program}```\n" in editor.text()

    editor.press("gg]]]][[]]")
    assert editor.lua("return vim.api.nvim_get_current_line()").startswith("## 02: ")
    # What is written there does not matter.
    editor.lua("vim.bo.modifiable = true; vim.api.nvim_set_current_line('## 01'); vim.bo.modifiable = false")
    editor.press("j<CR>")
    replaced = "table.concat(vim.api.nvim_buf_get_lines(x[1], 0, -1, false), '\\n') .. '\\n' == x[2]"
    editor.until(replaced, [source, programs[1]])
    editor.press("gg]]<CR>")
    editor.until(replaced, [source, programs[0]])

    editor.lua("vim.api.nvim_buf_set_lines(..., 0, 0, false, { 'mine = 1' })", source)
    editor.press("<CR>")
    editor.until_told("main.py has changed since these candidates were listed; `R` lists them again")
    assert editor.text(source).startswith("mine")
    tick = editor.lua("return vim.b.changedtick")
    editor.press("R")
    editor.until("vim.b.changedtick > x", tick)
    editor.lua("_G.wanted = 'Replace'")
    editor.press("<CR>")
    editor.until_told("main.py holds your own code. Replace it by candidate 01?")
    editor.until(replaced, [source, programs[0]])

    editor.press("r")
    editor.until("vim.fn.search('^- run here: AC, 17 of 17 examples pass', 'n') > 0")
    assert editor.lua("return vim.api.nvim_get_current_line()").startswith("## 01: ")
    editor.press("]]d")
    editor.until("#vim.tbl_filter(function(w) return vim.wo[w].diff end, vim.api.nvim_list_wins()) == 2")
    assert editor.text() == programs[1]
    assert len(editor.ask("candidates")["candidates"]) == len(programs)  # A preview belongs to its source.
    assert editor.ask("problem")["title"] == "Balanced Brackets"
    editor.press("q")
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1
    assert editor.lua("return vim.bo.filetype") == "alphacode"
    editor.press("q")
    assert editor.lua("return vim.api.nvim_get_current_buf()") == source
    editor.command("edit %:h/problem.md")
    editor.until("vim.fn.exists(':AlphaCode') == 2")
    editor.command("AlphaCode diff 1")
    editor.until("#vim.api.nvim_list_tabpages() == 2")
    shown = editor.lua("return vim.tbl_map(vim.api.nvim_win_get_buf, vim.api.nvim_tabpage_list_wins(0))")
    assert source in shown  # The program is compared, not its statement.
