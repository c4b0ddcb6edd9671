"""Everything that can be wrong around the server: each a message in words, never a traceback."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from lsprotocol import types

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import SAMPLES, STATEMENT, Backend, Desk
from tests.e2e.editor import Editor
from tests.missing import missing


def check_no_traceback(editor: Editor, capfd: pytest.CaptureFixture[str]) -> None:
    shown = [message.message for message in (*editor.messages, *editor.log_messages)]
    assert not [text for text in shown if "Traceback" in text], shown
    assert "Traceback" not in capfd.readouterr().err


@asynccontextmanager
async def web_server() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_nothing_something_else_and_nonsense_at_the_address(
    desk: Desk, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    editor = await desk(options={"backend": {"url": url, "autoStart": False}})
    uri = editor.open(folder / "main.cpp")

    async def fails(address: str, expected: str) -> None:
        editor.set_configuration({"alphacode": {"backend": {"url": address}}})
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await editor.until_answer(
            lambda: editor.command("alphacode.status"), lambda status: status["backend"]["url"] == address
        )
        search = await editor.solved(uri)
        assert search["state"] == "failed"
        assert (await editor.message(expected)).type == types.MessageType.Error

    await fails(url, f"nothing answers at {url}")
    status = await editor.command("alphacode.status")
    assert status["backend"]["state"] == "down"
    assert status["backend"]["message"] == f"Backend down: nothing answers at {url}"
    assert status["backend"]["command"]["command"] == "alphacode.reconnect"
    (values,) = editor.progress_reports.values()
    assert isinstance(values[-1], types.WorkDoneProgressEnd)
    async with web_server() as port:
        await fails(f"http://127.0.0.1:{port}", "is not an AlphaCode backend")
    await fails("localhost:8420", "must look like http://127.0.0.1:8420")
    assert editor.codes(uri) == []
    # What needs no backend goes on.
    await editor.command("alphacode.test", {"uri": uri})
    await editor.diagnostic(uri, "compile-error")
    check_no_traceback(editor, capfd)


async def test_a_local_backend_that_cannot_start(desk: Desk, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    options = {"backend": {"url": url, "serveArgs": ["--sampler", "replay:/nowhere/else.jsonl"]}}
    editor = await desk(options=options)
    search = await editor.solved(editor.open(folder / "main.cpp"))
    assert search["state"] == "failed"
    await editor.message("a local backend is being started")
    message = await editor.message("the local backend did not start: ")
    assert message.type == types.MessageType.Error
    assert "/nowhere/else.jsonl" in message.message
    check_no_traceback(editor, capfd)


async def test_wrong_statement(desk: Desk, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    editor = await desk()

    async def refuses(source: str, statement: bytes | None, text: str, expected: str) -> None:
        if statement is not None:
            (folder / source).with_suffix(".md").write_bytes(statement)
        uri = editor.open(folder / source, text)
        hint = await editor.diagnostic(uri, "no-statement")
        assert hint.message == expected
        assert hint.severity == types.DiagnosticSeverity.Hint
        refused = await editor.command("alphacode.solve", {"uri": uri})
        assert refused == {"job": None, "reason": expected}
        await editor.message(expected)
        assert (await editor.command("alphacode.test", {"uri": uri}))["run"] is None
        assert expected in await editor.hover(uri)

    missing = "Line 1 of a.cpp names the statement gone.md, which does not exist"
    await refuses("a.cpp", None, "// alphacode: gone.md\n", missing)
    await refuses("b.cpp", b"", "", "b.md is empty")
    await refuses("c.cpp", b"\xff\xfe\x00 not text", "", "c.md is not UTF-8 text")
    check_no_traceback(editor, capfd)


async def test_no_statement_and_a_disabled_action(desk: Desk, folder: Path) -> None:
    (folder / "problem.md").unlink()
    editor = await desk("visual-studio-code")
    uri = editor.open(folder / "main.cpp")
    expected = "No statement for main.cpp. Looked for main.md, problem.md, statement.md"
    assert (await editor.diagnostic(uri, "no-statement")).message == expected
    solve, paste = await editor.actions(uri)
    assert paste.title == "AlphaCode: Make a file to paste the statement into"
    assert solve.disabled == types.CodeActionDisabled(expected)
    # The user writes the statement in the editor; it counts before it is saved.
    statement = editor.open(folder / "problem.md", STATEMENT)
    await editor.until(lambda: editor.codes(uri) == [], "the statement is found")
    assert (await editor.action(uri, "Run 3 examples")).disabled is None
    editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(statement)))
    await editor.diagnostic(uri, "no-statement")


async def test_no_examples(desk: Desk, folder: Path, backend: Backend, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "problem.md").write_text("# Sum of two numbers\n\nPrint the sum.\n")
    editor = await desk(options={"backend": {"url": backend.url}})
    uri = editor.open(folder / "main.cpp")
    finding = await editor.diagnostic((folder / "problem.md").as_uri(), "no-examples")
    assert finding.severity == types.DiagnosticSeverity.Information
    refused = await editor.command("alphacode.test", {"uri": uri})
    assert refused == {"run": None, "reason": "no examples could be read from problem.md"}
    search = await editor.solved(uri, samples=SAMPLES)
    assert search["state"] == "completed"
    await editor.message("no examples could be read from problem.md, so candidates are not filtered")
    assert "no examples" in (await editor.actions(uri, ["refactor"]))[0].title
    check_no_traceback(editor, capfd)


async def test_two_statements_are_not_chosen_between(desk: Desk, folder: Path) -> None:
    (folder / "statement.md").write_text("# Another\n")
    editor = await desk("neovim")
    uri = editor.open(folder / "main.cpp")
    hint = await editor.diagnostic(uri, "statement-ambiguous")
    assert hint.message == "Two statements match: problem.md, statement.md"
    assert (await editor.command("alphacode.solve", {"uri": uri}))["job"] is None
    automatic = types.CodeActionTriggerKind.Automatic
    fixes = await editor.actions(uri, trigger=automatic, diagnostics=[hint])
    assert [fix.title for fix in fixes] == ["AlphaCode: Use problem.md", "AlphaCode: Use statement.md"]
    await editor.choose(fixes[0])
    assert editor.texts[uri].startswith("// alphacode: problem.md\n")
    await editor.until(lambda: editor.codes(uri) == [], "the directive settles it")
    assert "line 1 of main.cpp names it" in await editor.hover(uri)


async def test_documents_that_are_no_files(desk: Desk, folder: Path) -> None:
    editor = await desk()
    unsaved = editor.open_uri("untitled:Untitled-1", "", "python")
    hint = await editor.diagnostic(unsaved, "no-statement")
    assert hint.message == "Untitled-1 is not saved yet; save it beside its statement"
    assert (await editor.command("alphacode.solve", {"uri": unsaved}))["reason"] == hint.message
    for uri in (f"git:{folder}/main.cpp", f"vscode-notebook-cell:{folder}/main.py#cell"):
        shown = editor.open_uri(uri, "", "cpp")
        assert await editor.actions(shown) == []
        assert editor.codes(shown) == []


async def test_findings_about_a_statement(desk: Desk, folder: Path) -> None:
    editor = await desk()
    program = editor.open(folder / "main.cpp")
    statement = editor.open(folder / "problem.md", STATEMENT.replace("time_limit", "timelimit"))
    finding = await editor.diagnostic(statement, "bad-front-matter")
    assert (finding.range.start.line, finding.severity) == (2, types.DiagnosticSeverity.Warning)
    assert "time_limit" in finding.message
    editor.type(statement, STATEMENT.replace("    10 0", "    2 3"))
    await editor.diagnostic(statement, "example-conflict")
    assert "bad-front-matter" not in editor.codes(statement)
    assert (await editor.command("alphacode.status"))["documents"][program]["examples"] >= 2
    editor.type(statement, STATEMENT)
    await editor.until(lambda: editor.codes(statement) == [], "all is well")


async def test_wrong_settings_are_named_and_said_once(desk: Desk, folder: Path) -> None:
    editor = await desk(options={"solve": {"sample": 3, "language": "c++"}, "samples": 3})
    await editor.message("alphacode.solve.sample: unknown key; did you mean `alphacode.solve.samples`?")
    await editor.message("alphacode.solve.language: expected one of auto, cpp, python, both, got 'c++'")
    await editor.message("alphacode.samples: unknown key; did you mean `alphacode.solve.samples`?")
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
    editor.set_configuration({"alphacode": {"ui": {"ascii": 1}}})
    await editor.message("alphacode.ui.ascii: expected true or false, got 1")
    assert len(editor.messages) == 4
    uri = editor.open(folder / "main.cpp")
    assert "Solve this problem (128 samples)" in (await editor.actions(uri))[0].title


async def test_wrong_arguments_are_refused_in_words(
    desk: Desk, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    editor = await desk()
    uri = editor.open(folder / "main.cpp")
    for name, argument, expected in (
        ("solve", {"url": uri}, "url: unknown key; did you mean `uri`"),
        ("solve", {"uri": uri, "samples": "many"}, "samples: expected a whole number, got 'many'"),
        ("test", {"uri": uri, "target": {"rank": "first"}}, "rank: expected a whole number"),
        ("cancel", ["all"], "expected an object"),
        ("confirmContestOver", None, "`uri` is missing"),
    ):
        with pytest.raises(Exception, match=expected):
            await editor.command(f"alphacode.{name}", argument)
    nowhere = (folder / "gone.cpp").as_uri()
    assert (await editor.command("alphacode.solve", {"uri": nowhere}))["job"] is None
    assert (await editor.command("alphacode.test", {"uri": uri, "tests": [4]}))["reason"].startswith(
        "there is no example 4"
    )
    assert (await editor.command("alphacode.cancel")) == {"cancelled": []}
    check_no_traceback(editor, capfd)


async def test_compile_and_run_time_errors_lie_at_their_lines(desk: Desk, folder: Path) -> None:
    editor = await desk("emacs")
    cpp = editor.open(folder / "main.cpp", "int main() {\n\t/* 😀 */ int x = ;\n}\n")
    await editor.command("alphacode.test", {"uri": cpp})
    error = await editor.diagnostic(cpp, "compile-error")
    assert (error.range.start.line, error.severity) == (1, types.DiagnosticSeverity.Error)
    line = editor.texts[cpp].split("\n")[1]
    assert line[error.range.start.character] == ";"
    python = editor.open(folder / "main.py", "def f():\n    return 1 // 0\n\n\nf()\n")
    await editor.command("alphacode.test", {"uri": python, "tests": [2]})
    error = await editor.diagnostic(python, "runtime-error")
    assert error.range.start.line == 1
    assert error.message == "Example 2: RE, exit 1: ZeroDivisionError: integer division or modulo by zero"


async def test_java_runs_like_any_other_language(desk: Desk, folder: Path) -> None:
    if shutil.which("javac") is None:
        missing("javac is not installed")
    editor = await desk("visual-studio-code")
    code = "public class Sum {\n  public static void main(String[] a) {\n    System.out.print(1 / a.length);\n  }\n}\n"
    java = editor.open(folder / "Sum.java", code)
    await editor.command("alphacode.test", {"uri": java, "tests": [2]})
    error = await editor.diagnostic(java, "runtime-error")
    assert error.range.start.line == 2
    assert error.message == "Example 2: RE, exit 1: java.lang.ArithmeticException: / by zero"
