"""Settings from the start options, pulled, of each folder, and changed while the session runs."""

from pathlib import Path

from lsprotocol import types

from tests.e2e.conftest import BIN, Desk
from tests.e2e.editor import Editor


async def offered(editor: Editor, uri: str, part: str) -> None:
    """Wait until the first action's title holds the words."""
    await editor.until_answer(lambda: editor.actions(uri), lambda actions: part in actions[0].title)


def change(editor: Editor, settings: object) -> None:
    editor.set_configuration({"alphacode": settings})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))


async def test_pulled_and_changed_live(desk: Desk, folder: Path) -> None:
    editor = await desk(options={"solve": {"samples": 7}})
    uri = editor.open(folder / "main.cpp")
    await offered(editor, uri, "(7 samples)")
    change(editor, {"solve": {"samples": 9}})
    await offered(editor, uri, "(9 samples)")
    change(editor, {"solve": {"samples": "many"}})
    await editor.message("alphacode.solve.samples: expected a whole number, got 'many'. The default is used.")
    change(editor, {})
    await offered(editor, uri, "(7 samples)")


async def test_each_folder_has_its_own(desk: Desk, folder: Path) -> None:
    editor = await desk()
    uri = editor.open(folder / "main.cpp")
    editor.set_configuration({"alphacode": {"solve": {"samples": 5}}})
    editor.set_configuration({"alphacode": {"solve": {"samples": 3}}}, scope_uri=folder.as_uri())
    added = types.WorkspaceFolder(uri=folder.as_uri(), name="sum")
    event = types.WorkspaceFoldersChangeEvent(added=[added], removed=[])
    editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    await offered(editor, uri, "(3 samples)")
    await offered(
        editor, editor.open_uri("untitled:new.md", folder.joinpath("problem.md").read_text(), "markdown"), "5"
    )


async def test_the_log_says_more_or_less_at_once(desk: Desk, folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "lsp.log"
    editor = await desk(command=(str(BIN / "alphacode-lsp"), "--log-file", str(log), "--log-level", "warning"))
    uri = editor.open(folder / "main.cpp")
    await editor.hover(uri)
    assert "DEBUG" not in log.read_text()
    change(editor, {"logLevel": "debug", "solve": {"samples": 5}})
    await offered(editor, uri, "(5 samples)")
    assert "DEBUG" in log.read_text()


async def test_pushed_by_an_editor_that_cannot_be_asked(desk: Desk, folder: Path) -> None:
    def cannot_be_asked(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace
        capabilities.workspace.configuration = False

    editor = await desk(adjust=cannot_be_asked)
    uri = editor.open(folder / "main.cpp")
    pushed = types.DidChangeConfigurationParams(settings={"alphacode": {"solve": {"samples": 4}, "samples": 1}})
    editor.workspace_did_change_configuration(pushed)
    await offered(editor, uri, "(4 samples)")
    await editor.message("alphacode.samples: unknown key; did you mean `alphacode.solve.samples`?")
