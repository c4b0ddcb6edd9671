"""Candidates in every kind of editor: previews, comparisons, a report, new files. An earlier session has found them."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from alphacode_lsp.remembered import remember
from alphacode_lsp.search import Search
from alphacode_server.problem import parse_statement
from alphacode_server.protocol import (
    ClusterBody,
    Counts,
    ExampleResult,
    JobCompleted,
    OriginBody,
    RankedCandidate,
    SolveResult,
    ThoughtsBody,
    WrittenTest,
)
from tests.e2e.conftest import RIGHT, STATEMENT, WRONG, Desk
from tests.e2e.editor import PROFILES, Editor
from tests.e2e.test_running import ran, read, shown

OPTIONS = {"customMessages": True, "backend": {"autoStart": False}}
MINE = "int mine;\n"
THOUGHTS = ThoughtsBody(
    3, ("two numbers are given",), "Add them", "nothing else is asked for", (WrittenTest("7 8\n", "16\n", 0.2),)
)
"""Of the flow that came to the third."""
CODES = (RIGHT, WRONG, RIGHT.replace("b);", "b); // 😀 語"))


def candidate(rank: int) -> RankedCandidate:
    verdicts = ("WA", "WA", "WA") if rank == 2 else ("AC", "AC", "AC")
    examples = tuple(ExampleResult(index, verdict, 12, 9000, "x | y") for index, verdict in enumerate(verdicts, 1))
    cluster, passed = ClusterBody(rank, 40 // rank, 0.5), verdicts.count("AC")
    return RankedCandidate(
        rank,
        f"c{rank}",
        f"{rank:064x}",
        "cpp",
        CODES[rank - 1],
        0.9,
        "t",
        cluster,
        examples,
        passed,
        3,
        OriginBody("m"),
        thoughts=THOUGHTS if rank == 3 else None,
    )


async def with_candidates(desk: Desk, folder: Path, profile: str, **more: Any) -> tuple[Editor, str]:
    """An editor with an open program and three candidates for it."""
    source = folder / "main.cpp"
    search = Search("job", parse_statement(STATEMENT).problem, folder / "problem.md", source.as_uri(), "cpp", 128)
    result = SolveResult(tuple(map(candidate, (1, 2, 3))), Counts(128, 9, 8, 7, 3), {"total": 9.0}, 7, "model", "L2")
    search.backend_job, search.backend_url = "job", "http://127.0.0.1:8420"
    search.take(JobCompleted(result))
    remember(desk.state / "alphacode", search)
    editor = await desk(profile, **{"options": OPTIONS, **more})
    uri = editor.open(source)
    await editor.until_answer(
        lambda: editor.command("alphacode.candidates", {"uri": uri}), lambda answer: answer["candidates"]
    )
    return editor, uri


def is_writable(uri: str) -> bool:
    return bool(Path(to_fs_path(uri) or "").stat().st_mode & 0o222)


@pytest.mark.parametrize("profile", PROFILES)
async def test_previews_comparisons_and_the_report(desk: Desk, folder: Path, profile: str) -> None:
    editor, uri = await with_candidates(desk, folder, profile)
    preview = await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 2})
    assert await shown(editor, "02-00000000.cpp") == WRONG
    assert not is_writable(preview["uri"])
    editor.open_uri(preview["uri"], WRONG, "cpp")
    assert editor.codes(preview["uri"]) == []
    assert await editor.lenses(preview["uri"]) == ["Apply", "Previous", "Next", "Compare", "Run 3 examples"]
    assert [action.title for action in await editor.actions(preview["uri"])] == [
        "AlphaCode: Apply", "AlphaCode: Previous", "AlphaCode: Next", "AlphaCode: Compare", "AlphaCode: Run 3 examples",
    ]  # fmt: skip
    await editor.choose(await editor.action(preview["uri"], "AlphaCode: Next"))
    assert await shown(editor, "03-00000000.cpp") == CODES[2]

    await editor.choose(await editor.action(preview["uri"], "Run 3 examples"))
    await editor.message("AlphaCode 02: 3 examples of 3 failed. Example 1: WA, line 1: expected `5`, got `6`")
    assert editor.codes(uri) == []
    listed = await editor.command("alphacode.candidates", {"uri": uri})
    assert [one["run"] and one["run"]["verdict"] for one in listed["candidates"]] == [None, "WA", None]

    assert await editor.command("alphacode.candidates", {"uri": preview["uri"]}) == listed
    again = await ran(editor, preview["uri"], tests=[1])
    assert again["title"] == "AlphaCode 02"

    compared = await editor.command("alphacode.compare", {"uri": uri, "left": 1, "right": 2})
    assert '-  printf("%d", a + b);\n+  printf("%d", a * b);\n' in await shown(editor, ".diff")
    assert compared["right"] == preview["uri"]
    # Where the ranks have moved on, it is the program that counts.
    second = {"rank": 1, "sha256": listed["candidates"][1]["sha256"]}
    moved = await editor.command("alphacode.compare", {"uri": uri, "right": second, "show": False})
    assert moved["right"] == preview["uri"]
    quiet = await editor.command("alphacode.compare", {"uri": uri, "right": 1, "show": False})
    assert (quiet["left"], quiet["shown"]) == (uri, False)

    await editor.choose(await editor.action(uri, "Show the report"))
    report = await shown(editor, "report.md")
    assert report.startswith("# Sum of two numbers\n")
    assert "| 02 | 0/3 (example 1 WA, example 2 WA and 1 more) | 20 (50%) | 0.90 | C++ | 12 ms |" in report
    assert "128 sampled, 9 distinct, 8 compile, 7 pass the examples, 3 clusters" in report
    assert r"| 1 | WA | 12 | 8 | x \| y |" in report

    await editor.choose(await editor.action(preview["uri"], "AlphaCode: Apply"))
    await editor.until(lambda: editor.texts[uri] == WRONG, "the preview's candidate is applied to the program")


@pytest.mark.parametrize("profile", PROFILES)
async def test_what_a_flow_thought_can_be_read(desk: Desk, folder: Path, profile: str) -> None:
    editor, uri = await with_candidates(desk, folder, profile)
    hovers = []
    for rank, code in enumerate(CODES, start=1):
        preview = (await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": rank}))["uri"]
        editor.open_uri(preview, code, "cpp")
        hovers.append(await editor.hover(preview))
    thoughts = (
        "Idea: Add them: nothing else is asked for\n\n- two numbers are given\n\n"
        "| generated test | expected | |\n|---|---|---|\n| 7 8 | 16 | doubted |"
    )
    assert hovers == ["", "", thoughts]
    await editor.choose(await editor.action(uri, "Show the report"))
    assert (await shown(editor, "report.md")).count(thoughts) == 1


async def test_a_preview_stands_for_its_program(desk: Desk, folder: Path) -> None:
    editor, uri = await with_candidates(desk, folder, "neovim")
    preview = (await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 2}))["uri"]
    editor.open_uri(preview, WRONG, "cpp")
    started = await editor.command("alphacode.solve", {"uri": preview})
    searches = (await editor.command("alphacode.status"))["searches"]
    assert started["job"] in [one["job"] for one in searches]
    assert "reason" not in started


async def test_where_nothing_can_be_shown_it_is_said(desk: Desk, folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("no folder")
    editor, uri = await with_candidates(desk, folder, "emacs", environment={"XDG_CACHE_HOME": str(blocked)})
    with pytest.raises(JsonRpcException, match=r"cannot show this: .*cache.* cannot be written: Not a directory"):
        await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 2})


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_new_file_leaves_the_users_own(desk: Desk, folder: Path, profile: str) -> None:
    options = {**OPTIONS, "apply": {"mode": "newFile"}}
    editor, uri = await with_candidates(desk, folder, profile, options=options)
    editor.type(uri, MINE)
    (folder / "main.cand01.cpp").write_text("mine")
    await editor.choose((await editor.actions(uri, ["refactor"]))[0])
    assert await shown(editor, "main.cand01-2.cpp") == RIGHT
    assert editor.texts[uri] == MINE
    assert (folder / "main.cand01.cpp").read_text() == "mine"
    assert editor.questions == []

    editor.answer = lambda message, answers: "New file"
    await editor.command("alphacode.applyCandidate", {"uri": uri, "rank": 2, "mode": "replace"})
    assert await shown(editor, "main.cand02.cpp") == WRONG
    editor.answer = lambda message, answers: "Compare"
    await editor.command("alphacode.applyCandidate", {"uri": uri, "rank": 1, "mode": "replace"})
    assert "main.cpp\n+++ AlphaCode 01\n" in await shown(editor, ".diff")
    assert editor.texts[uri] == MINE
    assert not editor.applied_edits


async def test_a_new_file_keeps_its_statement(desk: Desk, folder: Path) -> None:
    (folder / "problem.md").rename(folder / "main.md")
    search = Search(
        "job", parse_statement(STATEMENT).problem, folder / "main.md", (folder / "main.cpp").as_uri(), "cpp", 8
    )
    search.backend_job, search.backend_url = "job", "http://127.0.0.1:8420"
    search.take(JobCompleted(SolveResult((candidate(1),), Counts(), {}, 7, "model", "L2")))
    remember(desk.state / "alphacode", search)
    editor = await desk(options=OPTIONS)
    uri = editor.open(folder / "main.cpp")
    await editor.until_answer(lambda: editor.actions(uri, ["refactor"]), bool)
    written = await editor.command("alphacode.applyCandidate", {"uri": uri, "rank": 1, "mode": "newFile"})
    assert read(to_fs_path(written["uri"])) == f"// alphacode: main.md\n{RIGHT}"
    other = editor.open(folder / "main.cand01.cpp")
    assert (await ran(editor, other))["verdict"] == "AC"


async def test_an_editor_with_virtual_documents_asks_for_their_text(desk: Desk, folder: Path) -> None:
    def modern(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace is not None
        capabilities.workspace.text_document_content = types.TextDocumentContentClientCapabilities(
            dynamic_registration=True
        )

    editor, uri = await with_candidates(desk, folder, "visual-studio-code", adjust=modern)
    await editor.until(lambda: "alphacode-content" in editor.registered, "the server has registered its documents")
    preview = await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 1})
    assert preview == {"uri": "alphacode:/job/01-00000000.cpp", "shown": True}
    content = await editor.workspace_text_document_content_async(types.TextDocumentContentParams(preview["uri"]))
    assert content.text == RIGHT
    editor.open_uri(preview["uri"], RIGHT, "cpp")
    assert (await editor.lenses(preview["uri"]))[0] == "Apply"
    assert await editor.lenses("alphacode:/job/unknown.cpp") == []
    with pytest.raises(Exception, match="was shown in an earlier session; open it again from the candidates"):
        await editor.workspace_text_document_content_async(types.TextDocumentContentParams("alphacode:/x/01.cpp"))
    refused = await editor.command("alphacode.previewCandidate", {"uri": uri, "rank": 9})
    assert refused == {"uri": None, "shown": False, "reason": "there is no candidate 09; 3 are known"}


async def test_a_candidate_chosen_from_the_list_goes_into_no_program_of_another_language(
    desk: Desk, folder: Path
) -> None:
    source = folder / "main.py"
    source.write_text("")
    search = Search("job", parse_statement(STATEMENT).problem, folder / "problem.md", source.as_uri(), "both", 8)
    search.backend_job, search.backend_url = "job", "http://127.0.0.1:8420"
    search.take(JobCompleted(SolveResult((candidate(1),), Counts(), {}, 7, "model", "L2")))
    remember(desk.state / "alphacode", search)
    editor = await desk("neovim", options={"backend": {"autoStart": False}})
    editor.answer = lambda message, answers: answers[0]
    uri = editor.open(source)
    asked = {"uri": uri, "show": True}
    await editor.until_answer(lambda: editor.command("alphacode.candidates", asked), lambda found: found["candidates"])
    await editor.message("candidate 01 is cpp, this file is python")
    assert editor.applied_edits == []
