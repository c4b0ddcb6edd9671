"""A candidate goes into the buffer as it is now, and never over the user's own code unasked."""

from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.conftest import RIGHT, SAMPLES, Backend, Desk
from tests.e2e.editor import PROFILES, Editor

KIND = "refactor.rewrite.alphacode"


async def ranked(editor: Editor, uri: str) -> list[types.CodeAction]:
    return await editor.actions(uri, [KIND])


async def first_code(editor: Editor, uri: str) -> str:
    code = (await editor.command("alphacode.candidates", {"uri": uri}))["candidates"][0]["code"]
    assert isinstance(code, str)
    return code


@pytest.mark.parametrize("profile", PROFILES)
async def test_own_code_is_replaced_only_after_a_yes(desk: Desk, folder: Path, backend: Backend, profile: str) -> None:
    editor = await desk(profile, options={"backend": {"url": backend.url}, "notifications": "off"})
    uri = editor.open(folder / "main.cpp")
    await editor.solved(uri, samples=SAMPLES)
    listed, code = await ranked(editor, uri), await first_code(editor, uri)

    # Written after the list was shown: the listed action may not take it away.
    mine = f"// mine, 😀\n{RIGHT}// ünd mehr\n"
    editor.type(uri, mine)
    if listed[0].command is None:
        with pytest.raises(Exception, match="holds your own code now"):
            await editor.choose(listed[0])
    else:
        await editor.choose(listed[0])
        await editor.question("main.cpp holds your own code")
        editor.questions.clear()
    assert editor.texts[uri] == mine

    editor.answer = lambda message, answers: None
    await editor.choose((await ranked(editor, uri))[0])
    question = await editor.question("main.cpp holds your own code. Replace it by candidate 01?")
    assert [answer.title for answer in question.actions or ()] == ["Replace", "New file", "Compare"]
    # The server has the answer when it answers the next command.
    await editor.command("alphacode.status")
    assert editor.texts[uri] == mine

    editor.answer = lambda message, answers: "Replace"
    await editor.choose((await ranked(editor, uri))[0])
    await editor.until(lambda: editor.texts[uri] == code, "the candidate replaces the code")

    # A candidate in the buffer is nobody's own code: the next one goes in unasked.
    editor.questions.clear()
    second = (await editor.command("alphacode.candidates", {"uri": uri}))["candidates"][1]["code"]
    await editor.choose((await ranked(editor, uri))[1])
    await editor.until(lambda: editor.texts[uri] == second, "the second candidate")
    assert editor.questions == []
    assert all(edit.changes is None for edit in editor.applied_edits)


async def test_an_editor_that_can_ask_by_itself_gets_an_annotated_edit(
    desk: Desk, folder: Path, backend: Backend
) -> None:
    def modern(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.text_document is not None
        actions = capabilities.text_document.code_action
        assert actions is not None
        actions.honors_change_annotations = True
        actions.tag_support = types.CodeActionTagOptions(value_set=[types.CodeActionTag.LlmGenerated])

    options = {"backend": {"url": backend.url}, "notifications": "off"}
    editor = await desk("visual-studio-code", options=options, adjust=modern)
    uri = editor.open(folder / "main.cpp")
    await editor.solved(uri, samples=SAMPLES)
    plain = await editor.code_action_resolve_async((await ranked(editor, uri))[0])
    assert plain.edit is not None
    assert plain.edit.change_annotations is None
    assert plain.tags == [types.CodeActionTag.LlmGenerated] or plain.tags == (types.CodeActionTag.LlmGenerated,)
    editor.type(uri, RIGHT)
    action = await editor.code_action_resolve_async((await ranked(editor, uri))[0])
    assert action.edit is not None
    assert action.edit.change_annotations is not None
    assert action.edit.change_annotations["replace"].needs_confirmation
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == editor.versions[uri]
    # The edit was made for this version; an editor whose text has moved on refuses it.
    editor.type(uri, RIGHT + "\n")
    assert not editor.apply(action.edit)


async def test_between_markers_only_the_region_is_replaced(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk("neovim", options={"backend": {"url": backend.url}, "notifications": "off"})
    text = "// my header 😀\n// alphacode: begin\n// alphacode: end\nint mine() { return 1; }\n"
    uri = editor.open(folder / "main.cpp", text)
    await editor.solved(uri, samples=SAMPLES)
    code = await first_code(editor, uri)
    await editor.choose((await ranked(editor, uri))[0])
    assert editor.texts[uri] == text.replace("begin\n", f"begin\n{code}")
    assert editor.questions == []


async def test_a_listed_action_means_its_program_and_what_cannot_be_applied_says_why(
    desk: Desk, folder: Path, backend: Backend
) -> None:
    editor = await desk("emacs", options={"backend": {"url": backend.url}, "notifications": "off"})
    uri = editor.open(folder / "main.cpp")
    await editor.command("alphacode.applyCandidate", {"uri": uri, "rank": 1})
    await editor.message("there are no candidates for this document; solve its problem first")

    await editor.solved(uri, samples=3)
    listed, code = await ranked(editor, uri), await first_code(editor, uri)
    refused = await editor.command("alphacode.applyCandidate", {"uri": uri, "rank": 11})
    assert refused["applied"] is False
    assert "there is no candidate 11" in refused["reason"]
    await editor.solved(uri, samples=SAMPLES)
    await editor.choose(listed[0])
    await editor.until(lambda: editor.texts[uri] == code, "the program that was listed")


async def test_a_candidate_for_a_statement_goes_into_its_program(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk("neovim", options={"backend": {"url": backend.url}, "notifications": "off"})
    uri, statement = editor.open(folder / "main.cpp"), editor.open(folder / "problem.md")
    await editor.solved(uri, samples=SAMPLES)
    before, code = editor.texts[statement], await first_code(editor, uri)
    editor.answer = lambda message, answers: "Replace"
    await editor.command("alphacode.applyCandidate", {"uri": statement, "rank": 1})
    await editor.until(lambda: editor.texts[uri] == code, "the candidate is in the program")
    assert editor.texts[statement] == before
    # Which of two programs is meant, nobody can say.
    editor.open(folder / "other.cpp", "")
    answer = await editor.command("alphacode.applyCandidate", {"uri": statement, "rank": 1})
    assert answer["applied"] is False
    assert "open the one that it is for" in answer["reason"]
