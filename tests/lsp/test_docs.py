"""docs/lsp.md says what is so: every command, and what three editors can do."""

import re
from pathlib import Path

import pytest
from pytest_lsp.client import client_capabilities

from alphacode_lsp.assembly import create_server
from alphacode_lsp.client_support import ClientSupport, support_of

DOCS = (Path(__file__).parents[2] / "docs" / "lsp.md").read_text()
ROWS = {
    cells[1].strip(): [cell.strip() for cell in cells[2:5]]
    for cells in (line.split("|") for line in DOCS.split("\n"))
    if len(cells) > 5
}
EDITORS = ("visual-studio-code", "neovim", "emacs")

FACTS = {
    "`codeAction/resolve` of an edit": ClientSupport.resolves_edit.fget,
    "disabled actions, with a reason": lambda support: support.disabled_actions,
    "`isPreferred` on a best that passes all": lambda support: support.preferred_actions,
    "tag `LLMGenerated`": lambda support: support.llm_tag,
    "versioned edits": lambda support: support.document_changes,
    "annotated edits that the editor confirms": lambda support: support.honors_annotations,
    "`workspace/codeLens/refresh`": lambda support: support.lens_refresh,
    "`workspace/inlayHint/refresh`": lambda support: support.hint_refresh,
    "related information of diagnostics": lambda support: support.related_information,
    "`textDocument/hover` in Markdown": lambda support: support.markdown_hover,
    "`window/workDoneProgress`": lambda support: support.progress,
    "`window/showDocument`": lambda support: support.show_document,
    "`workspace/textDocumentContent`": lambda support: support.text_document_content,
    "`workspace/configuration`": lambda support: support.configuration,
    "`workspace/didChangeConfiguration`, registered": lambda support: support.registers_configuration,
    "`workspace/didChangeWatchedFiles`, registered": lambda support: support.registers_watched_files,
}


@pytest.mark.parametrize("row", FACTS)
def test_what_editors_can_do(row: str) -> None:
    can = [FACTS[row](support_of(client_capabilities(editor))) for editor in EDITORS]
    assert ROWS[row] == [
        "yes" if yes else said if (said := ROWS[row][i]) == "1.9x" else "no" for i, yes in enumerate(can)
    ]


def test_every_command_is_described(tmp_path: Path) -> None:
    server = create_server(tmp_path, {})
    server.register_commands()
    described = set(re.findall(r"^\| `(alphacode\.\w+)`", DOCS, re.MULTILINE))
    assert described == set(server.protocol.fm.commands)


def test_every_method_that_is_answered_is_described(tmp_path: Path) -> None:
    server = create_server(tmp_path, {})
    unspoken = ("initialize", "initialized", "shutdown", "textDocument/did", "workspace/didChangeWorkspaceFolders")
    methods = {method for method in server.protocol.fm.features if not method.startswith(unspoken)}
    assert methods <= set(re.findall(r"`(\w+/\w+)`", DOCS))
