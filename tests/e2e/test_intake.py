"""What the server knows of a problem, and how its user corrects and completes that, in every kind of editor."""

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.conftest import RIGHT, STATEMENT, Desk
from tests.e2e.editor import PROFILES, Editor


async def known(editor: Editor, uri: str) -> Any:
    return (await editor.command("alphacode.status", {"uri": uri}))["documents"][uri]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def payload(**fields: Any) -> str:
    tests = [{"input": "2 3\n", "output": "5\n"}, {"input": "1 1\n", "output": "2\n"}]
    return json.dumps({"name": "A. Sum", "url": "https://judge.example/A", "timeLimit": 1500, "tests": tests, **fields})


@pytest.mark.parametrize("profile", PROFILES)
async def test_cases_of_other_tools_are_run_and_their_origin_is_shown(desk: Desk, folder: Path, profile: str) -> None:
    write(folder, {"test/sample-9.in": "4 4\n", "test/sample-9.out": "8\n", "main_1.in": "5 5\n", "main_1.out": "11\n"})
    editor = await desk(profile)
    uri = editor.open(folder / "main.cpp", RIGHT)
    card = await editor.hover(uri)
    assert "Statement: `problem.md`, because it is the statement of this folder" in card
    assert "4 examples: 3 from problem.md, 1 from test (oj)" in card
    assert "1 further case: 1 from files beside the source (CP Editor)" in card
    assert (await known(editor, uri))["cases"][0] == "3 from problem.md"
    await editor.choose(await editor.action(uri, "Run 5 examples"))
    failed = await editor.diagnostic(uri, "example-failed")
    assert failed.message.startswith("Example 5: WA, line 1: expected `11`, got `10`")


@pytest.mark.parametrize("profile", PROFILES)
async def test_samples_without_a_statement_run_and_solving_offers_to_paste_one(
    desk: Desk, folder: Path, profile: str
) -> None:
    (folder / "problem.md").unlink()
    write(folder, {".cph/.main.cpp_0123456789abcdef0123456789abcdef.prob": payload()})
    editor = await desk(profile)
    editor.answer = lambda message, answers: "Make it" if "Make a file" in message else None
    uri = editor.open(folder / "main.cpp", RIGHT)
    missing = await editor.diagnostic(uri, "no-statement")
    assert "Cases are known: 2 from" in missing.message
    moved = await editor.diagnostic(uri, "case-files")
    assert "was written by cph when main.cpp lay elsewhere" in moved.message
    await editor.choose(await editor.action(uri, "Run 2 examples"))
    await editor.message("main.cpp: 2/2 examples pass")

    solved = await editor.command("alphacode.solve", {"uri": uri})
    assert solved["job"] is None
    await editor.until(lambda: (folder / "main.md").exists(), "the statement file is made")
    text = (folder / "main.md").read_text()
    assert "title: A. Sum\nurl: https://judge.example/A\ntime_limit: 1500ms\n" in text
    assert "4 5" not in text
    await editor.until_answer(lambda: known(editor, uri), lambda document: document["statement"] is not None)
    assert "main.md has no statement yet; paste it below `## Statement`" in (await known(editor, uri))["trouble"]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_pasted_statement_goes_where_it_belongs(desk: Desk, folder: Path, profile: str) -> None:
    (folder / "problem.md").unlink()
    write(folder, {".alphacode/main.json": payload()})
    editor = await desk(profile)
    uri = editor.open(folder / "main.cpp", RIGHT)
    made = await editor.command("alphacode.createProblem", {"uri": uri})
    assert made == {"statement": (folder / "main.md").as_uri(), "written": True}
    statement = editor.open(folder / "main.md")
    filled = await editor.command(
        "alphacode.createProblem", {"uri": uri, "text": "Print the sum of *two* numbers. 😀\n"}
    )
    assert filled["written"]
    assert "## Statement\n\nPrint the sum of *two* numbers. 😀\n\n## Examples" in editor.texts[statement]
    assert (await known(editor, uri))["trouble"] is None
    # A second paste changes nothing, and an empty file is there to be filled.
    refused = await editor.command("alphacode.createProblem", {"uri": statement, "text": "Another one."})
    assert refused["reason"] == "main.md holds a statement already; it was left as it is"
    pasted = await editor.command(
        "alphacode.createProblem", {"uri": editor.open(folder / "main.py"), "text": STATEMENT}
    )
    assert pasted["reason"] == "main.md holds a statement already; it was left as it is"


async def test_a_statement_is_made_of_a_pasted_text(desk: Desk, folder: Path) -> None:
    (folder / "problem.md").unlink()
    editor = await desk()
    uri = editor.open(folder / "main.cpp", RIGHT)
    await editor.diagnostic(uri, "no-statement")
    created = await editor.command("alphacode.createProblem", {"uri": uri, "text": STATEMENT})
    assert created["statement"] == (folder / "main.md").as_uri()
    await editor.until(lambda: editor.codes(uri) == [], "the statement is found")
    assert (await known(editor, uri))["examples"] == 3
    # The source of a page is kept as one.
    page = "<!DOCTYPE html><html><body><h1>Sum</h1><h3>Sample Input 1</h3><pre>2 3</pre>"
    page += "<h3>Sample Output 1</h3><pre>5</pre></body></html>"
    other = editor.open(folder / "main.py", "# another\n")
    (folder / "main.md").unlink()
    created = await editor.command("alphacode.createProblem", {"uri": other, "text": page})
    assert created["statement"] == (folder / "main.html").as_uri()
    assert (await known(editor, other))["examples"] == 1


@pytest.mark.parametrize("profile", PROFILES)
async def test_two_outputs_of_one_input_are_marked_in_both_files_and_mended(
    desk: Desk, folder: Path, profile: str
) -> None:
    write(folder, {"test/sample-1.in": "10 0\n", "test/sample-1.out": "11\nand more"})
    editor = await desk(profile)
    editor.open(folder / "main.cpp", RIGHT)
    statement = editor.open(folder / "problem.md")
    answer = (folder / "test" / "sample-1.out").as_uri()
    mark = await editor.diagnostic(statement, "example-conflict")
    assert STATEMENT.split("\n")[mark.range.start.line].strip() == "10 0"
    assert mark.message == "test/sample-1.in has the same input and another output; this one counts"
    other = await editor.diagnostic(answer, "example-conflict")
    assert other.message == "problem.md, example 2 has the same input and another output; that one counts"
    if profile != "emacs":
        assert other.related_information is not None
        assert other.related_information[0].location.uri == statement
    editor.open_uri(answer, "11\nand more", "plaintext")
    (fix,) = [one for one in await editor.actions(answer, diagnostics=[other]) if one.kind == "quickfix"]
    assert fix.title == "AlphaCode: Write the output of problem.md, example 2 into sample-1.out"
    await editor.choose(fix)
    assert editor.texts[answer] == "10\n"
    await editor.until(lambda: not editor.codes(answer) and not editor.codes(statement), "the marks go")


@pytest.mark.parametrize("profile", PROFILES)
async def test_the_user_chooses_among_several_statements_for_good(desk: Desk, folder: Path, profile: str) -> None:
    write(folder, {"statement.md": STATEMENT.replace("title: Sum", "title: Other sum"), "texts/third.md": STATEMENT})
    editor = await desk(profile)
    uri = editor.open(folder / "main.cpp")
    await editor.diagnostic(uri, "statement-ambiguous")
    bound = await editor.command("alphacode.bindProblem", {"uri": uri, "statement": "statement.md"})
    assert bound["statement"] == (folder / "statement.md").as_uri()
    await editor.until(lambda: editor.codes(uri) == [], "the question is settled")
    assert "because you chose it" in await editor.hover(uri)
    assert json.loads((folder / ".alphacode" / "choices.json").read_text()) == {
        "statements": {"main.cpp": "statement.md"}
    }
    again = await editor.command(
        "alphacode.bindProblem", {"uri": uri, "statement": (folder / "texts/third.md").as_uri()}
    )
    assert again["statement"] == (folder / "texts" / "third.md").as_uri()
    await desk.close(editor)
    editor = await desk(profile)
    uri = editor.open(folder / "main.cpp")
    assert (await known(editor, uri))["reason"] == "you chose it"
    await editor.command("alphacode.bindProblem", {"uri": uri})
    await editor.diagnostic(uri, "statement-ambiguous")
    refused = await editor.command("alphacode.bindProblem", {"uri": uri, "statement": "nowhere.md"})
    assert "there is no statement" in refused["reason"]


async def test_what_changes_on_disk_takes_effect(desk: Desk, folder: Path) -> None:
    editor = await desk()
    uri = editor.open(folder / "main.cpp", RIGHT)
    await editor.until(lambda: "alphacode-files" in editor.registered, "the server asks to be told")
    write(folder, {"test/sample-9.in": "4 4\n", "test/sample-9.out": "8\n"})
    event = types.FileEvent((folder / "test/sample-9.in").as_uri(), types.FileChangeType.Created)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert (await known(editor, uri))["examples"] == 4
    (folder / "problem.md").unlink()
    gone = types.FileEvent((folder / "problem.md").as_uri(), types.FileChangeType.Deleted)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([gone]))
    await editor.diagnostic(uri, "no-statement")


async def test_links_lead_to_the_problem_and_to_the_files_of_its_cases(desk: Desk, folder: Path) -> None:
    text = STATEMENT.replace("---\n", "---\nurl: https://judge.example/A\n", 1)
    text += "\nMore: 😀 test/sample-1.in, example.in.\n"
    write(folder, {"problem.md": text, "test/sample-1.in": "4 4\n", "test/sample-1.out": "8\n"})
    editor = await desk()
    uri = editor.open(folder / "problem.md")
    editor.open(folder / "main.cpp", "// alphacode: problem.md\n")
    links = await editor.text_document_document_link_async(types.DocumentLinkParams(types.TextDocumentIdentifier(uri)))
    assert [(link.target, link.range.start.line) for link in links or ()] == [
        ("https://judge.example/A", 1),
        ((folder / "test" / "sample-1.in").as_uri(), len(text.splitlines()) - 1),
    ]
    source = await editor.text_document_document_link_async(
        types.DocumentLinkParams(types.TextDocumentIdentifier((folder / "main.cpp").as_uri()))
    )
    assert [link.target for link in source or ()] == [uri]


async def test_patterns_of_the_settings_add_cases(desk: Desk, folder: Path) -> None:
    write(folder, {"cases/a.txt": "4 4\n", "cases/a.sol": "8\n"})
    options = {"tests": {"patterns": ["cases/*.txt cases/*.sol", "one"]}}
    editor = await desk("neovim", options=options)
    editor.set_configuration({"alphacode": options})
    uri = editor.open(folder / "main.cpp", RIGHT)
    assert "1 from cases (your settings)" in (await known(editor, uri))["cases"]
    wrong = await editor.diagnostic(uri, "case-files")
    assert wrong.message.startswith("alphacode.tests.patterns: `one` should be two patterns")
