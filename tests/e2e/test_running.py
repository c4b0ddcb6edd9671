"""Running a program's cases in every kind of editor: verdicts, cases of one's own, killing, and stress tests."""

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.uris import to_fs_path

from tests.e2e.conftest import RIGHT, WRONG, Desk
from tests.e2e.editor import PROFILES, Editor

OPTIONS = {"customMessages": True, "backend": {"autoStart": False}}
ENDLESS = "a, b = map(int, input().split())\nwhile a == 2:\n    pass\nprint(a + b)\n"


async def ran(editor: Editor, uri: str, **arguments: object) -> dict[str, object]:
    """Run, and the run as `alphacode.problem` shows it."""
    started = await editor.command("alphacode.test", {"uri": uri, **arguments})
    assert started["run"], started

    def ended(problem: dict[str, object]) -> bool:
        return any(run["run"] == started["run"] for run in problem["runs"])  # type: ignore[attr-defined]

    problem = await editor.until_answer(lambda: editor.command("alphacode.problem", {"uri": uri}), ended)
    return next(run for run in problem["runs"] if run["run"] == started["run"])  # type: ignore[no-any-return]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_wrong_program_from_the_verdict_to_the_case(desk: Desk, folder: Path, profile: str) -> None:
    editor = await desk(profile, options=OPTIONS)
    uri = editor.open(folder / "main.cpp", WRONG)
    run = await ran(editor, uri)
    assert (run["verdict"], run["passed"], run["total"], run["stale"]) == ("WA", 0, 3, False)
    first = run["tests"][0]  # type: ignore[index]
    assert (first["number"], first["expected"], first["actual"]) == (1, "5\n", "6")

    marked = await editor.diagnostic(uri, "example-failed")
    line = marked.range.start.line
    assert WRONG.split("\n")[line].startswith("int main")
    card = await editor.hover(uri, line)
    assert "Example 1: WA, line 1: expected `5`, got `6`" in card
    assert "Input\n\n```text\n2 3\n```" in card
    fixes = await editor.actions(uri, ["quickfix"], diagnostics=[marked])
    assert [fix.title for fix in fixes] == ["AlphaCode: Show example 1"]
    await editor.choose(fixes[0])
    report = await shown(editor, "example-1.md")
    assert report.startswith("# main.cpp: Example 1: WA, line 1: expected `5`, got `6`")
    assert "-5\n+6\n" in report

    # A case by itself takes nothing away of what is known of the others.
    again = await ran(editor, uri, tests=[2])
    assert [test["number"] for test in again["tests"]] == [1, 2, 3]  # type: ignore[attr-defined]
    editor.type(uri, RIGHT)
    await editor.until(lambda: editor.codes(uri) == [], "an edit clears the marks")
    (stale,) = (await editor.command("alphacode.problem", {"uri": uri}))["runs"]
    assert stale["stale"]
    assert await editor.hover(uri, line) == ""

    # Results are the problem's, not the view's.
    editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    statement = editor.open(folder / "problem.md")
    (kept,) = (await editor.command("alphacode.problem", {"uri": statement}))["runs"]
    assert kept["run"] == again["run"]


@pytest.mark.parametrize("profile", PROFILES)
async def test_how_the_examples_ended_is_a_hint_for_who_wants_it(desk: Desk, folder: Path, profile: str) -> None:
    editor = await desk(profile, options={**OPTIONS, "inlayHints": {"enabled": True}, "ui": {"ascii": True}})
    program = "# 🏰\na, b = map(int, input().split())\nprint(a + b)\n"
    uri = editor.open(folder / "main.py", program)
    assert await editor.hints(uri) == []
    run = await ran(editor, uri)
    slowest = max(test["timeMs"] for test in run["tests"])  # type: ignore[attr-defined]
    end = {"utf-8": 6, "utf-16": 4, "utf-32": 3}[editor.encoding]
    assert await editor.hints(uri) == [(0, end, f"AC 3/3, {slowest} ms")]
    editor.type(uri, program + "\n")
    assert [text[-1] for _, _, text in await editor.hints(uri)] == ["?"]
    if profile == "neovim":
        await editor.until(lambda: editor.hint_refreshes, "hints are asked for again")
    quiet = await desk(profile, options=OPTIONS)
    uri = quiet.open(folder / "main.py", program)
    await ran(quiet, uri)
    assert await quiet.hints(uri) == []


async def shown(editor: Editor, name: str) -> str:
    """The text of the document that was opened, or that a message names where the editor opens none."""
    assert editor.capabilities is not None
    window = editor.capabilities.window
    if window is not None and window.show_document is not None:
        await editor.until(lambda: any(one.uri.endswith(name) for one in editor.shown_documents), f"{name} is shown")
        uri = next(one.uri for one in editor.shown_documents if one.uri.endswith(name))
        return read(to_fs_path(uri))
    message = await editor.message(name)
    return read(message.message.removeprefix("AlphaCode: it is in "))


def read(path: str | None) -> str:
    assert path is not None
    return Path(path).read_text()


async def test_cases_of_ones_own(desk: Desk, folder: Path) -> None:
    editor = await desk("neovim", options=OPTIONS)
    uri = editor.open(folder / "main.cpp", RIGHT)
    added = await editor.command("alphacode.addTest", {"uri": uri, "input": "7 7", "expected": "15"})
    assert [Path(path).name for path in added["written"]] == ["custom-1.in", "custom-1.out"]
    assert added["number"] == 4
    run = await ran(editor, uri)
    assert (run["passed"], run["total"]) == (3, 4)
    failed = await editor.diagnostic(uri, "example-failed")
    assert failed.message.startswith("Example 4: WA, line 1: expected `15`, got `14`")
    assert [one.location.uri for one in failed.related_information or ()] == added["written"][:1]
    fixes = await editor.actions(uri, ["quickfix"], diagnostics=[failed])
    assert [fix.title for fix in fixes] == [
        "AlphaCode: Show example 4",
        "AlphaCode: Let example 4 decide about candidates",
    ]
    await editor.choose(fixes[1])
    tests = (await editor.command("alphacode.problem", {"uri": uri}))["tests"]
    assert [test["filters"] for test in tests] == [True] * 4
    assert tests[3]["uri"].endswith("test/sample-1.in")
    refused = await editor.command("alphacode.promoteTest", {"uri": uri, "test": 9})
    assert refused["reason"] == "there is no example 9"

    # A case whose output nobody knows has only run; it passes and is not accepted.
    await editor.command("alphacode.addTest", {"uri": uri, "input": "1 2"})
    only = await ran(editor, uri, tests=[5])
    assert next(test for test in only["tests"] if test["number"] == 5)["verdict"] == "RUN"  # type: ignore[attr-defined]

    await editor.choose(await editor.action(uri, "Add a test"))
    assert sorted(path.name for path in (folder / "test").iterdir()) == [
        "custom-1.in", "custom-2.in", "custom-2.out", "sample-1.in", "sample-1.out",
    ]  # fmt: skip


async def test_a_case_is_killed_and_the_others_go_on(desk: Desk, folder: Path) -> None:
    (folder / "problem.md").write_text(
        (folder / "problem.md").read_text().replace("time_limit: 1s", "time_limit: 100s")
    )
    editor = await desk(options=OPTIONS)
    uri = editor.open(folder / "main.py", ENDLESS)
    started = await editor.command("alphacode.test", {"uri": uri})
    again = await editor.command("alphacode.test", {"uri": uri})
    assert again["reason"] == "they are running already"

    def others_ended(problem: dict[str, object]) -> bool:
        return any(running["done"] == [2, 3] for running in problem["running"])  # type: ignore[attr-defined]

    await editor.until_answer(lambda: editor.command("alphacode.problem", {"uri": uri}), others_ended)
    assert await editor.lenses(uri) == ["▶ Solve with AlphaCode", "Stop (2 of 3 run)"]
    assert (await editor.action(uri, "AlphaCode: Stop (2 of 3 run)")).kind == "source.alphacode.test"
    assert await editor.command("alphacode.cancelTest", {"uri": uri, "tests": [1, 2]}) == {"cancelled": [1]}
    problem = await editor.until_answer(
        lambda: editor.command("alphacode.problem", {"uri": uri}), lambda problem: problem["runs"]
    )
    (run,) = problem["runs"]
    assert (run["run"], run["killed"], run["verdict"]) == (started["run"], [1], "AC")
    await editor.message("main.py: 2/3 examples pass")

    await editor.command("alphacode.test", {"uri": uri, "tests": [1]})
    assert await editor.command("alphacode.cancelTest", {"uri": uri}) == {"cancelled": [1]}
    await editor.until_answer(
        lambda: editor.command("alphacode.problem", {"uri": uri}), lambda problem: not problem["running"]
    )


async def test_marks_are_where_a_program_fails(desk: Desk, folder: Path) -> None:
    editor = await desk(options=OPTIONS)
    uri = editor.open(folder / "main.py", "import sys\n\nn = [1]\nprint(n[int(sys.stdin.read(1))])\n")
    await ran(editor, uri)
    failed = await editor.diagnostic(uri, "runtime-error")
    assert (failed.range.start.line, failed.severity) == (3, types.DiagnosticSeverity.Error)
    editor.type(uri, "n = 1\n  é = (1 +* 2)\n")
    await editor.command("alphacode.test", {"uri": uri})
    assert (await editor.diagnostic(uri, "compile-error")).range.start.line == 1
    cpp = editor.open(folder / "main.cpp", 'int main() {\n  const char* s = "😀語"; int x = y;\n}\n')
    await editor.command("alphacode.test", {"uri": cpp})
    wrong = await editor.diagnostic(cpp, "compile-error")
    line = '  const char* s = "😀語"; int x = '
    assert (wrong.range.start.line, wrong.range.start.character) == (1, len(line.encode("utf-16-le")) // 2)


async def test_examples_run_when_a_program_is_saved(desk: Desk, folder: Path) -> None:
    editor = await desk(options={**OPTIONS, "tests": {"runOnSave": True}})
    uri = editor.open(folder / "main.cpp", WRONG)
    editor.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await editor.diagnostic(uri, "example-failed")
    assert not editor.messages


async def test_compare_modes_and_a_checker_program(desk: Desk, folder: Path) -> None:
    statement = folder / "problem.md"
    text = statement.read_text()
    editor = await desk(options={**OPTIONS, "tests": {"compare": "exact"}})
    uri = editor.open(folder / "main.py", "print(sum(map(int, input().split())), '')\n")
    assert (await ran(editor, uri))["verdict"] == "WA"
    statement.write_text(text.replace("---\ntitle", "---\nchecker: lines\ntitle"))
    assert (await ran(editor, uri))["verdict"] == "AC"
    statement.write_text(text.replace("---\ntitle", "---\nchecker: program ./check.py\ntitle"))
    refused = await editor.command("alphacode.test", {"uri": uri})
    assert refused["reason"] == "the checker ./check.py cannot be read: No such file or directory"
    (folder / "check.py").write_text("import sys\nprint('not today', file=sys.stderr)\nsys.exit(1)\n")
    run = await ran(editor, uri)
    assert run["tests"][0]["difference"] == "not today"  # type: ignore[index]


async def test_a_stress_test_finds_and_keeps_a_case(desk: Desk, folder: Path) -> None:
    (folder / "gen.py").write_text("import sys\nprint(int(sys.argv[1]) % 7, 1)\n")
    (folder / "slowly.py").write_text("print(sum(map(int, input().split())))\n")
    editor = await desk("emacs", options=OPTIONS)
    uri = editor.open(folder / "main.py", "a, b = map(int, input().split())\nprint(a + b if a != 3 else 0)\n")
    await editor.command("alphacode.stress", {"uri": uri})
    question = await editor.question("which program is the brute force?")
    assert [answer.title for answer in question.actions or ()] == ["gen.py", "main.cpp", "slowly.py"]
    await editor.message("no stress test: there is no brute force beside main.py; it would be called main_brute.py")

    editor.answer = lambda message, answers: "slowly.py"
    await editor.choose(await editor.action(uri, "Stress test against brute force"))
    await editor.message("main.py: WA with seed 3, line 1: expected `4`, got `0`. The input is kept as custom-1.in.")
    failed = await editor.diagnostic(uri, "example-failed")
    assert failed.message.startswith("Example 4: WA")
    assert (folder / "test" / "custom-1.in").read_text() == "3 1\n"

    editor.type(uri, "print(sum(map(int, input().split())))\n")
    await editor.command("alphacode.stress", {"uri": uri, "rounds": 6})
    await editor.message("main.py: no difference on 6 inputs")

    started = await editor.command("alphacode.stress", {"uri": uri, "rounds": 10**9})
    assert (await editor.command("alphacode.stress", {"uri": uri}))["run"] == started["run"]
    await editor.choose(await editor.action(uri, "Stop the stress test"))
    await editor.until_answer(
        lambda: editor.command("alphacode.problem", {"uri": uri}), lambda problem: not problem["running"]
    )
