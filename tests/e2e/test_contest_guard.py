"""A contest's problem is solved only after its user said that the contest is over, once a contest."""

from pathlib import Path

import pytest
from lsprotocol import types

from alphacode_server.problem.contest import RULES
from tests.e2e.conftest import STATEMENT, Backend, Desk
from tests.e2e.editor import Editor

URL = "https://codeforces.com/contest/1997/problem/A"


@pytest.fixture
def contest(folder: Path) -> Path:
    (folder / "problem.md").write_text(STATEMENT.replace("---\n", f"---\nurl: {URL}\n", 1))
    return folder


async def begin(desk: Desk, folder: Path, backend: Backend, **options: object) -> tuple[Editor, str]:
    editor = await desk(options={"backend": {"url": backend.url}, **options})
    return editor, editor.open(folder / "main.cpp")


async def test_asked_once_a_contest(desk: Desk, contest: Path, backend: Backend) -> None:
    editor, uri = await begin(desk, contest, backend)
    answers = ["It is running", "What are the rules?"]
    editor.answer = lambda message, _: answers.pop() if "contest" in message else None
    search = await editor.solved(uri, samples=2)
    assert (search["state"], search["backendJob"]) == ("cancelled", None)
    question = await editor.question(f"Is the contest of {URL} over? AI help in a live round breaks its rules")
    titles = [answer.title for answer in question.actions or ()]
    assert titles == ["It is over", "It is running", "What are the rules?"]
    assert [(shown.uri, shown.external) for shown in editor.shown_documents] == [(RULES["codeforces"], True)]
    await editor.message("nothing was sent, since the contest is running")
    warning = await editor.diagnostic(uri, "contest-rules")

    fixes = await editor.actions(uri, trigger=types.CodeActionTriggerKind.Automatic, diagnostics=[warning])
    assert [fix.title for fix in fixes] == ["AlphaCode: The contest is over"]
    await editor.choose(fixes[0])
    await editor.until(lambda: editor.codes(uri) == [], "the warning goes")
    editor.questions.clear()
    assert (await editor.solved(uri, samples=2))["state"] == "completed"
    assert not [question for question in editor.questions if "contest" in question.message]

    # The next session remembers.
    await desk.close(editor)
    editor, uri = await begin(desk, contest, backend)
    assert (await editor.solved(uri, samples=2))["state"] == "completed"


async def test_an_editor_that_cannot_ask_refuses(desk: Desk, contest: Path, backend: Backend) -> None:
    editor, uri = await begin(desk, contest, backend)
    del editor.protocol.fm.features[types.WINDOW_SHOW_MESSAGE_REQUEST]
    search = await editor.solved(uri, samples=2)
    assert (search["state"], search["backendJob"]) == ("cancelled", None)
    await editor.message("Confirm that the contest is over with `alphacode.confirmContestOver`")
    await editor.diagnostic(uri, "contest-rules")
    # A statement may say it as well.
    statement = contest / "problem.md"
    statement.write_text(statement.read_text().replace("---\n", "---\ncontest_over: yes\n", 1))
    assert (await editor.solved(uri, samples=2))["state"] == "completed"


async def test_block_never_sends_and_running_ones_own_code_is_never_blocked(
    desk: Desk, contest: Path, backend: Backend
) -> None:
    statement = contest / "problem.md"
    statement.write_text(statement.read_text().replace("---\n", "---\ncontest_over: yes\n", 1))
    editor, uri = await begin(desk, contest, backend, contestGuard="block")
    search = await editor.solved(uri, samples=2)
    assert (search["state"], search["backendJob"]) == ("cancelled", None)
    await editor.message("`alphacode.contestGuard` is `block`")
    assert editor.questions == []
    await editor.command("alphacode.test", {"uri": uri})
    await editor.diagnostic(uri, "compile-error")
