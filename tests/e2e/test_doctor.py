"""`alphacode.doctor` in the editor: what is not well comes first, with what to do, and goes when it is mended."""

from pathlib import Path
from typing import Any

from lsprotocol import types

from alphacode_lsp.local_backend import free_port
from alphacode_server.problem.privacy import SENT
from tests.e2e.conftest import Desk
from tests.e2e.editor import Editor


def finding(answer: dict[str, Any], name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in answer["findings"] if one["name"] == name]
    assert len(found) == 1, answer
    return found[0]


def change(editor: Editor, settings: object) -> None:
    editor.set_configuration({"alphacode": settings})
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))


def text_of(uri: str) -> str:
    return Path(uri.removeprefix("file://")).read_text()


async def test_what_is_not_well_and_what_to_do(desk: Desk, folder: Path, tmp_path: Path) -> None:
    (folder / "sub").mkdir()
    url = f"http://127.0.0.1:{free_port()}"
    (folder / "sub" / "alone.cpp").write_text("int main() {}\n")
    settings = {"backend": {"url": url, "autoStart": False}}
    editor = await desk("neovim", options=settings, environment={"XDG_CONFIG_HOME": str(tmp_path / "config")})
    editor.open(folder / "main.cpp")
    await editor.diagnostic(editor.open(folder / "sub" / "alone.cpp"), "no-statement")
    change(editor, {"samples": 3})
    await editor.message("alphacode.samples: unknown key")

    sick = await editor.command("alphacode.doctor")
    assert not sick["well"]
    assert sick["shown"]
    backend = finding(sick, "backend")
    assert (backend["well"], backend["text"]) == (False, f"{url}, down: nothing answers at {url}")
    assert "Run `alphacode serve` on this machine" in backend["remedy"]
    assert "did you mean `alphacode.solve.samples`?" in finding(sick, "settings")["text"]
    assert "belongs to problem.md" in finding(sick, "main.cpp")["text"]
    assert not finding(sick, "alone.cpp")["well"]
    assert finding(sick, "token")["text"].startswith("none")
    assert finding(sick, "sandbox")["text"].startswith("level L")
    page = text_of(sick["uri"])
    marks = [line.partition(" · ")[0] for line in page.splitlines() if " · **" in line]
    assert marks == sorted(marks)
    assert SENT in page

    # A local backend may be started here, so nothing is amiss any more; and the wrong key is gone.
    change(editor, {"backend": {"autoStart": True}})
    well = await editor.until_answer(
        lambda: editor.command("alphacode.doctor", {"show": False}), lambda answer: finding(answer, "backend")["well"]
    )
    assert "settings" not in [one["name"] for one in well["findings"]]
