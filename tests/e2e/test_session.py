"""The main job in every kind of editor: solve, see ranked candidates, apply the first, run the examples."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import BIN, RIGHT, SAMPLES, STATEMENT, WRONG, Backend, Desk
from tests.e2e.editor import PROFILES


@pytest.mark.parametrize("profile", PROFILES)
async def test_from_statement_to_ranked_candidates_to_the_buffer(
    desk: Desk, folder: Path, backend: Backend, profile: str
) -> None:
    editor = await desk(profile, options={"backend": {"url": backend.url}, "solve": {"samples": SAMPLES}})
    uri = editor.open(folder / "main.cpp")
    assert "problem.md" in await editor.hover(uri)
    titles = [action.title for action in await editor.actions(uri)]
    assert titles == [
        "AlphaCode: Solve this problem (16 samples)", "AlphaCode: Run 3 examples",
        "AlphaCode: Add a test", "AlphaCode: Stress test against brute force",
        "AlphaCode: Solve by another strategy",
    ]  # fmt: skip

    await editor.choose(await editor.action(uri, "Solve this problem"))
    end = await editor.question("candidates, best passes 3/3")
    assert [answer.title for answer in end.actions or ()] == ["Apply 01", "Show candidates"]
    check_progress(editor.progress_reports, editor.reported_at)

    ranked = [action for action in await editor.actions(uri) if action.kind == "refactor.rewrite.alphacode"]
    assert 2 <= len(ranked) <= 10
    assert [action.title[:13] for action in ranked] == [f"AlphaCode {rank:02}:" for rank in range(1, len(ranked) + 1)]
    assert "3/3 examples, cluster" in ranked[0].title
    assert [bool(action.is_preferred) for action in ranked] == [True] + [False] * (len(ranked) - 1)

    listed = await editor.command("alphacode.candidates", {"uri": uri})
    assert [candidate["title"] for candidate in listed["candidates"]] == [action.title for action in ranked]
    await editor.choose(ranked[0])
    await editor.until(lambda: editor.texts[uri] == listed["candidates"][0]["code"], "the buffer is the program")

    await editor.choose(await editor.action(uri, "Run 3 examples"))
    await editor.message("main.cpp: 3/3 examples pass")
    assert editor.codes(uri) == []

    editor.type(uri, WRONG)
    await editor.choose(await editor.action(uri, "Run 3 examples"))
    failed = await editor.diagnostic(uri, "example-failed")
    assert failed.message.startswith("Example 1: WA, line 1: expected `5`, got `6`")
    assert failed.source == "alphacode"
    assert editor.codes(uri) == ["example-failed"] * 3
    editor.type(uri, RIGHT)
    await editor.until(lambda: editor.codes(uri) == [], "an edit clears the results")

    assert not [message for message in editor.messages if "Traceback" in message.message]
    assert await editor.lenses(uri) == [
        "▶ Solve with AlphaCode",
        "▶ Run 3 examples",
        f"{len(ranked)} candidates, best 3/3",
    ]
    card = await editor.hover(uri)
    assert "Last search: " in card
    assert "Twice the samples would be expected to add " in card
    assert "| 01 | 3/3 |" in card
    assert "before the last edit" in card


async def test_a_strategy_can_be_chosen_for_one_search(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": backend.url}, "solve": {"samples": SAMPLES}})
    uri = editor.open(folder / "main.cpp")
    choices: list[list[str]] = []

    def answer(message: str, answers: list[str]) -> str | None:
        if "by which strategy" in message:
            choices.append(answers)
            return "direct" if len(choices) > 1 else None
        return None

    editor.answer = answer
    asked = {"uri": uri, "strategy": "ask"}
    assert await editor.command("alphacode.solve", asked) == {"job": None, "asked": True}
    await editor.until(lambda: choices, "the question")
    assert (await editor.command("alphacode.status"))["searches"] == []
    await editor.command("alphacode.solve", asked)
    status = await editor.until_answer(
        lambda: editor.command("alphacode.status"), lambda status: [each["job"] for each in status["searches"]]
    )
    search = await editor.ended(status["searches"][0]["job"])
    assert choices == [["alphacode2", "alphacode", "alphacodium", "hybrid", "direct"]] * 2
    assert search["state"] == "completed"
    assert search["candidates"] <= 1, "one answer, however many samples the setting says"


def check_progress(reports: dict[types.ProgressToken, list[types.ProgressParams]], times: list[float]) -> None:
    """One piece of work: begun, ended, never back, and not more than four reports a second."""
    (values,) = reports.values()
    first, *middle, last = values
    assert isinstance(first, types.WorkDoneProgressBegin)
    assert isinstance(last, types.WorkDoneProgressEnd)
    assert first.title == 'AlphaCode: solving "Sum of two numbers"'
    assert first.cancellable
    percents = [value.percentage for value in middle if isinstance(value, types.WorkDoneProgressReport)]
    assert len(percents) == len(middle)
    assert percents == sorted(percents)
    assert "best passes 3/3" in (last.message or "")
    # The pipe may hold reports back and then bring several at once, hence half a second more. A quick search has none.
    assert not times or len(times) <= 4 * (times[-1] - times[0] + 0.5) + 1


async def test_each_buffer_gets_candidates_in_its_language(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk("neovim", options={"backend": {"url": backend.url}})
    python, cpp = editor.open(folder / "main.py"), editor.open(folder / "main.cpp")
    search = await editor.solved(python, samples=3)
    assert (search["state"], search["language"]) == ("completed", "python")
    candidates = (await editor.command("alphacode.candidates", {"uri": python}))["candidates"]
    assert {candidate["language"] for candidate in candidates} == {"python"}
    assert not [action for action in await editor.actions(cpp) if action.kind == "refactor.rewrite.alphacode"]
    refused = await editor.command("alphacode.applyCandidate", {"uri": cpp, "rank": 1})
    assert refused == {"applied": False, "reason": "there are no candidates for this document; solve its problem first"}


async def test_the_backend_runs_what_this_machine_cannot(desk: Desk, folder: Path, backend: Backend) -> None:
    without_compiler = {"PATH": str(BIN)}
    editor = await desk(options={"backend": {"url": backend.url}}, environment=without_compiler)
    uri = editor.open(folder / "main.cpp", WRONG)
    await editor.command("alphacode.test", {"uri": uri, "tests": [1, 3]})
    failed = await editor.diagnostic(uri, "example-failed")
    assert failed.message.startswith("Example 1: WA, line 1: expected `5`, got `6`")
    assert [diagnostic.message[:10] for diagnostic in editor.diagnostics[uri]] == ["Example 1:", "Example 3:"]
    assert "sandbox backend L" in await editor.hover(uri)

    editor.set_configuration({"alphacode": {"backend": {"url": f"http://127.0.0.1:{free_port()}"}}})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await editor.until_answer(
        lambda: editor.command("alphacode.status"), lambda status: status["backend"]["url"] != backend.url
    )
    await editor.command("alphacode.test", {"uri": uri})
    await editor.message("this machine has no C++ toolchain; and the backend cannot do it either: nothing answers at")


async def test_solve_answers_at_once_and_once(desk: Desk, folder: Path, slow_backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": slow_backend.url}})
    uri = editor.open(folder / "main.cpp")
    async with asyncio.timeout(2):
        started = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES})
        again = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES})
    assert again == {"job": started["job"], "running": True}
    await editor.until(lambda: any("Sampling" in text for text in reported(editor.progress_reports)), "sampling")
    assert "Cancel (" in (await editor.lenses(uri))[0]
    assert (await editor.action(uri, "AlphaCode: Cancel solving (")).kind == "source.alphacode.cancel"
    cancelled = await editor.command("alphacode.cancel", {"uri": uri})
    assert cancelled == {"cancelled": [started["job"]]}
    assert (await editor.ended(started["job"]))["state"] == "cancelled"


def reported(reports: dict[types.ProgressToken, list[types.ProgressParams]]) -> list[str]:
    return [getattr(value, "message", None) or "" for values in reports.values() for value in values]


async def test_candidates_appear_while_sampling_goes_on(desk: Desk, folder: Path, slow_backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": slow_backend.url}})
    uri = editor.open(folder / "main.cpp")
    started = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES})
    ranked = await editor.until_answer(lambda: editor.actions(uri, ["refactor"]), bool)
    assert (await editor.search(started["job"]))["state"] == "running"
    assert "cluster" not in ranked[0].title
    await editor.choose(ranked[0])
    assert "printf(" in editor.texts[uri]
    preview = await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 1})
    assert await editor.command("alphacode.cancel", {"uri": preview["uri"]}) == {"cancelled": [started["job"]]}
    await editor.ended(started["job"])


async def test_only_trigger_and_settings_decide_what_is_listed(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": backend.url}})
    uri = editor.open(folder / "main.cpp")
    await editor.solved(uri, samples=SAMPLES)

    async def kinds(only: list[str] | None = None, automatic: bool = False) -> set[object]:
        kind = types.CodeActionTriggerKind.Automatic if automatic else types.CodeActionTriggerKind.Invoked
        return {action.kind for action in await editor.actions(uri, only, kind)}

    assert await kinds(automatic=True) == set()
    assert await kinds(["refactor"], automatic=True) == {"refactor.rewrite.alphacode"}
    assert await kinds(["refactor.rewrite"]) == {"refactor.rewrite.alphacode"}
    assert await kinds(["refactor.rewrite.alph"]) == set()
    assert await kinds(["source.alphacode.test"]) == {"source.alphacode.test"}
    assert await kinds(["source"]) == {f"source.alphacode.{verb}" for verb in ("solve", "test", "show")}
    assert await kinds(["quickfix"]) == set()
    assert len(await kinds([""])) == 4

    editor.set_configuration({"alphacode": {"codeActions": {"enabled": False}, "codeLens": {"enabled": False}}})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    await editor.until_answer(lambda: editor.actions(uri), lambda actions: actions == [])
    assert await editor.lenses(uri) == []


async def test_candidates_can_be_chosen_from_messages(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk("emacs", options={"backend": {"url": backend.url}})
    editor.answer = lambda message, answers: "Apply 01" if "Apply 01" in answers else answers[1]
    uri = editor.open(folder / "main.cpp")
    await editor.solved(uri, samples=SAMPLES)
    first, second, *_ = (await editor.command("alphacode.candidates", {"uri": uri}))["candidates"]
    await editor.until(lambda: editor.texts[uri] == first["code"], "the first candidate is applied")
    await editor.choose(await editor.action(uri, "AlphaCode: Show all"))
    await editor.until(lambda: editor.texts[uri] == second["code"], "the second candidate is applied")
    assert editor.questions[-1].actions is not None
    assert editor.questions[-1].actions[1].title == second["title"]


async def test_a_statement_and_its_program_share_their_candidates(desk: Desk, folder: Path, backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": backend.url}})
    program = editor.open(folder / "main.cpp")
    statement = editor.open(folder / "problem.md")
    assert await editor.lenses(statement) == ["▶ Solve with AlphaCode", "▶ Run 3 examples"]
    search = await editor.solved(statement, samples=SAMPLES)
    assert search["language"] == "cpp"
    assert [action for action in await editor.actions(program) if action.kind == "refactor.rewrite.alphacode"]
    assert not [action for action in await editor.actions(statement) if action.kind == "refactor.rewrite.alphacode"]
    await editor.command("alphacode.test", {"uri": statement})
    nothing = await editor.diagnostic(program, "compile-error")
    assert "undefined reference to" in nothing.message


async def test_a_statement_may_go_while_its_problem_is_solved(desk: Desk, folder: Path, slow_backend: Backend) -> None:
    editor = await desk(options={"backend": {"url": slow_backend.url}})
    uri = editor.open(folder / "main.cpp")
    statement = editor.open(folder / "problem.md")
    started = await editor.command("alphacode.solve", {"uri": uri, "samples": SAMPLES})
    await editor.until_answer(lambda: editor.actions(uri, ["refactor"]), bool)
    (folder / "problem.md").unlink()
    editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(statement)))
    assert (await editor.diagnostic(uri, "no-statement")).message.startswith("No statement for main.cpp")
    assert (await editor.command("alphacode.test", {"uri": uri}))["run"] is None
    assert await editor.actions(uri, ["refactor"]) == []

    # What was found is still there when the statement is.
    (folder / "problem.md").write_text(STATEMENT)
    editor.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await editor.actions(uri, ["refactor"])
    await editor.command("alphacode.cancel", {"job": started["job"]})
    assert (await editor.ended(started["job"]))["state"] == "cancelled"
