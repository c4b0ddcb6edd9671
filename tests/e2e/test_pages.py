"""A statement that is a saved web page, like any other: found, read, read again when it changes."""

from pathlib import Path

from lsprotocol import types

from tests.e2e.conftest import Desk

EXAMPLE = '<div class="sample-test"><div class="input"><pre>{}</pre></div><div class="output"><pre>{}</pre></div></div>'
PROBLEM = (
    '<div class="problem-statement"><div class="header"><div class="title">A. {}</div></div><p>Print it.</p>{}</div>'
)


async def test_a_saved_page_is_a_statement(desk: Desk, folder: Path) -> None:
    (folder / "problem.md").unlink()
    page = PROBLEM.format("Sum", EXAMPLE.format("2 3\n", "5\n") + EXAMPLE.format("4 4\n", "8\n"))
    (folder / "problem.html").write_text(f"<html><body>{page}</body></html>")
    editor = await desk()
    program = editor.open(folder / "main.cpp")
    status = await editor.until_answer(
        lambda: editor.command("alphacode.status"), lambda status: program in status["documents"]
    )
    assert status["documents"][program]["examples"] == 2
    assert "A. Sum" in await editor.hover(program)

    statement = editor.open_uri((folder / "problem.html").as_uri(), page + PROBLEM.format("Other", ""), "html")
    finding = await editor.diagnostic(statement, "several-statements")
    assert (finding.range.start.line, finding.severity) == (0, types.DiagnosticSeverity.Warning)
    editor.type(statement, PROBLEM.format("Sum", EXAMPLE.format("2 3\n", "5\n")))
    await editor.until(lambda: editor.codes(statement) == [], "one statement is left")
    assert (await editor.command("alphacode.status"))["documents"][program]["examples"] == 1
