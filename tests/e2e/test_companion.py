"""Problems of Competitive Companion in every kind of editor: received, written, shown, and in the right window."""

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import Desk
from tests.e2e.editor import PROFILES, Editor


async def send(port: int, **fields: Any) -> None:
    tests = [{"input": "2 3\n", "output": "5\n"}]
    body = {"name": "A. Castle", "group": "Judge - Round 1", "url": "https://judge.example/A", "tests": tests, **fields}
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", json.dumps(body).encode(), headers)
    await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=60).close())


async def listening(editor: Editor) -> int:
    """The port, once there is one."""
    status = await editor.until_answer(
        lambda: editor.command("alphacode.companion", {"action": "status"}), lambda status: status["port"]
    )
    return int(status["port"])


async def companion(editor: Editor, action: str, **arguments: str) -> Any:
    return await editor.command("alphacode.companion", {"action": action, **arguments})


def on(port: int, **fields: object) -> dict[str, object]:
    return {"companion": {"port": port, **fields}}


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_problem_becomes_files_that_are_shown(desk: Desk, folder: Path, profile: str) -> None:
    port = free_port()
    editor = await desk(profile, options=on(port))
    assert (await companion(editor, "status"))["receiving"] is False
    assert (await companion(editor, "receive"))["receiving"] is True
    assert await listening(editor) == port
    await send(port)
    await editor.message("AlphaCode: received A. Castle; paste the statement below `## Statement`.")
    statement = folder / "A_Castle.md"
    lines = statement.read_text().splitlines()
    if profile != "emacs":
        await editor.until(lambda: editor.shown_documents, "the statement is shown")
        (shown,) = editor.shown_documents
        assert shown.uri == statement.as_uri()
        assert shown.selection is not None
        assert lines[shown.selection.start.line - 2] == "## Statement"
    # One was asked for; the port is free again, and the problem is known.
    await editor.until_answer(lambda: companion(editor, "status"), lambda status: not status["receiving"])
    uri = editor.open(folder / "A_Castle.cpp")
    assert "**A. Castle** (https://judge.example/A)" in await editor.hover(uri)
    await editor.command("alphacode.createProblem", {"uri": uri, "text": "Print a + b."})
    assert "Run 1 example" in (await editor.action(uri, "AlphaCode: Run")).title


async def test_a_contest_goes_where_its_user_says(desk: Desk, folder: Path) -> None:
    port = free_port()
    (folder / "template.py").write_text("# $(PROBLEM)\n")
    (folder / "round").mkdir()
    options = on(port, template={"cobol": "template.cob", "cpp": "nowhere.cpp", "python": "template.py"})
    editor = await desk(options=options)
    editor.set_configuration({"alphacode": options})
    await companion(editor, "receive", uri=(folder / "round").as_uri())
    assert await listening(editor) == port
    for name in ("A", "B"):
        await send(port, name=name, url=f"https://judge.example/{name}", batch={"id": "1", "size": 2})
    await editor.message("AlphaCode: received 2 problems into Judge_Round_1")
    assert (folder / "round" / "Judge_Round_1" / "B.py").read_text() == "# B\n"
    await editor.message("`alphacode.companion.template`: cobol is none of the languages cpp, ")
    await editor.message("nowhere.cpp")


async def test_what_comes_goes_to_the_window_that_asked_last(desk: Desk, folder: Path) -> None:
    port = free_port()
    first, second = await desk(options=on(port)), await desk(options=on(port))
    for number, editor in enumerate((first, second)):
        (folder / f"window{number}").mkdir()
        await companion(editor, "start", uri=(folder / f"window{number}").as_uri())
        if editor is first:
            await listening(editor)
    waiting = await second.until_answer(
        lambda: companion(second, "status"), lambda status: "another window" in status["text"]
    )
    assert waiting["port"] is None
    await send(port, name="For the second")
    await second.message("received For the second")
    assert (await companion(second, "stop"))["receiving"] is False
    await companion(first, "receive", uri=(folder / "window0").as_uri())
    await listening(first)
    await send(port, name="For the first")
    await first.message("received For the first")
    assert (folder / "window1" / "For_the_second.md").exists()
    assert (folder / "window0" / "For_the_first.md").exists()


async def test_the_settings_say_whether_to_listen(desk: Desk, folder: Path) -> None:
    port = free_port()
    editor = await desk(options=on(port))
    editor.set_configuration({"alphacode": on(port, mode="always")})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    for name in ("One", "Two"):
        await eventually_sent(port, name=name)
        await editor.message(f"received {name};")
    port = free_port()
    editor.set_configuration({"alphacode": on(port, mode="always")})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await eventually_sent(port, name="Three")
    await editor.message("received Three;")
    editor.set_configuration({"alphacode": on(port, mode="off")})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await editor.until_answer(lambda: companion(editor, "status"), lambda status: not status["receiving"])


async def eventually_sent(port: int, **fields: Any) -> None:
    """Nothing tells that a listener nobody asked for is there, but that it answers."""
    async with asyncio.timeout(60):
        while True:
            try:
                await send(port, **fields)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


async def test_with_several_folders_the_user_is_asked(desk: Desk, folder: Path, tmp_path: Path) -> None:
    port = free_port()
    other = tmp_path / "other"
    other.mkdir()
    editor = await desk(options=on(port))
    editor.answer = lambda message, answers: str(other) if "where should A. Castle go?" in message else None
    folders = [types.WorkspaceFolder(path.as_uri(), path.name) for path in (folder, other)]
    added = types.WorkspaceFoldersChangeEvent(added=folders, removed=[])
    editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
    await companion(editor, "receive")
    await listening(editor)
    await send(port)
    await editor.message("received A. Castle")
    assert (other / "A_Castle.md").exists()


async def test_stopping_frees_the_port_and_cancels_the_progress(desk: Desk, folder: Path) -> None:
    port = free_port()
    editor = await desk(options=on(port))
    await companion(editor, "start")
    await listening(editor)
    await editor.until(lambda: editor.progress_reports, "progress")
    (token,) = editor.progress_reports
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    await editor.until_answer(lambda: companion(editor, "status"), lambda status: not status["receiving"])
    refused = await companion(editor, "receive", uri=(folder / "problem.md" / "main.cpp").as_uri())
    assert refused["receiving"] is True
    await listening(editor)
    await send(port)
    await editor.message("what came from Companion cannot be written")
