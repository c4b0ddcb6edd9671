"""Every command, as each kind of editor calls it: one session from a pasted statement to a stress test."""

import re
from pathlib import Path
from typing import Any

import pytest

from alphacode_lsp.local_backend import free_port
from tests.e2e.conftest import STATEMENT, Backend, Desk
from tests.e2e.editor import PROFILES, Editor

DOCS = (Path(__file__).parents[2] / "docs" / "lsp.md").read_text(encoding="utf-8")
COMMANDS = set(re.findall(r"^\| `alphacode\.(\w+)`", DOCS, re.MULTILINE))

ADDS = "a, b = map(int, input().split())\nprint(a + b)\n"
ADDS_BUT_FOR_3 = "a, b = map(int, input().split())\nprint(a + b if a != 3 else 0)\n"


class Caller:
    """Calls commands about one document, and knows which."""

    def __init__(self, editor: Editor, uri: str) -> None:
        self.called: set[str] = set()
        self._editor = editor
        self._uri = uri

    async def __call__(self, name: str, **arguments: object) -> Any:
        self.called.add(name)
        return await self._editor.command(f"alphacode.{name}", {"uri": self._uri, **arguments})

    async def bare(self, name: str, **arguments: object) -> Any:
        """One that is about no document."""
        self.called.add(name)
        return await self._editor.command(f"alphacode.{name}", arguments)


@pytest.mark.parametrize("profile", PROFILES)
async def test_every_command_in_every_editor(desk: Desk, tmp_path: Path, backend: Backend, profile: str) -> None:
    work = tmp_path / "work"
    work.mkdir()
    options = {"backend": {"url": backend.url}, "companion": {"port": free_port()}, "contestGuard": "ask"}
    editor = await desk(profile, options=options)
    uri = editor.open(work / "main.py", ADDS_BUT_FOR_3)
    call = Caller(editor, uri)

    async def problem_when(is_so: Any) -> Any:
        return await editor.until_answer(lambda: call("problem"), is_so)

    # A problem.
    assert (await call("createProblem", text=STATEMENT))["statement"] == (work / "main.md").as_uri()
    assert (await call("reread"))["examples"] == 3
    assert (await call("bindProblem", statement="main.md"))["kept"].endswith("choices.json")
    assert (await call("bindProblem"))["statement"] == (work / "main.md").as_uri()
    assert (await call("confirmContestOver"))["recorded"] is None  # It has no address.

    # A backend, and a search.
    assert (await call.bare("reconnect", wait=True))["state"] == "ready"
    job = (await call("solve", samples=16, language="python"))["job"]
    assert (await editor.ended(job))["state"] == "completed"
    assert (await call.bare("status"))["backend"]["state"] == "ready"
    listed = await call("candidates")
    assert (listed["job"], listed["state"]) == (job, "completed")
    assert await call("cancel") == {"cancelled": []}
    first = {key: listed["candidates"][0][key] for key in ("rank", "sha256")}
    preview = await call("previewCandidate", **first, show=False)
    compared = await call("compare", right=first, show=False)
    assert (compared["left"], compared["right"]) == (uri, preview["uri"])
    assert (await call("report", show=False))["uri"]

    # Its examples, and one of the user's own.
    assert (await call("test"))["run"]
    ran = await problem_when(lambda problem: problem["runs"] and not problem["running"])
    assert (ran["runs"][0]["passed"], ran["runs"][0]["total"]) == (3, 3)
    assert await call("cancelTest") == {"cancelled": []}
    assert (await call("showTest", test=1, show=False))["expected"]
    assert (await call("addTest", input="3 4\n", expected="7\n"))["number"] == 4
    assert (await call("promoteTest", test=4))["number"] == 4
    (work / "gen.py").write_text("import sys\nprint(int(sys.argv[1]) % 7, 1)\n")
    (work / "brute.py").write_text(ADDS)
    assert (await call("stress", generator="gen.py", bruteForce="brute.py", rounds=20))["run"]
    await editor.message("main.py: WA with seed 3, line 1: expected `4`, got `0`")

    # The candidate goes where the user's program was, once its user has said so or where nobody can ask.
    editor.answer = lambda message, answers: "Replace" if "Replace" in answers else None
    assert "reason" not in await call("applyCandidate", **first)
    await editor.until(lambda: editor.texts[uri] != ADDS_BUT_FOR_3, "the candidate is applied")

    # What lies around it.
    assert (await call("companion", action="start"))["receiving"] is True
    assert (await call("companion", action="stop"))["receiving"] is False
    findings = (await call.bare("doctor", show=False))["findings"]
    assert {"backend", "sandbox"} <= {finding["name"].lower() for finding in findings if finding["well"]}
    assert call.called == COMMANDS
