"""What users do in VS Code, from the first solve to a backend that is gone. Each story ends in a screenshot."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphacode_lsp.local_backend import free_port

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make editors")

from playwright.sync_api import expect

from tests.editors.vscode.backend import Backend
from tests.editors.vscode.installation import BIN, installation
from tests.editors.vscode.workbench import PATIENCE_MS, STEP_MS, Workbench, until, workbench

pytestmark = pytest.mark.timeout(600)

ALWAYS_NO = 'input()\nprint("NO")\n'
COMPLETED = 'alphacode_jobs_total{status="completed"}'
CANCELLED = 'alphacode_jobs_total{status="cancelled"}'


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    backend = Backend(tmp_path_factory.mktemp("backend"), "--store", "none")
    backend.start()
    yield backend
    backend.stop()


@pytest.fixture(scope="module")
def shared(
    backend: Backend, folder: Path, screenshots: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workbench]:
    settings: dict[str, object] = {
        "alphacode.backend.url": backend.url,
        "alphacode.solve.samples": 24,
        "alphacode.companion.port": free_port(),
    }
    with workbench(installation(), tmp_path_factory.mktemp("vscode"), folder, screenshots, settings) as window:
        yield window


@pytest.fixture
def window(shared: Workbench, request: pytest.FixtureRequest) -> Iterator[Workbench]:
    """The window, tidied up. What is on the screen when a story ends badly is kept beside the other pictures."""
    shared.quiet()
    failed_before = request.session.testsfailed
    yield shared
    if request.session.testsfailed > failed_before:
        shared.screenshot(f"failed-{request.node.name}")


def open_solved(window: Workbench) -> Path:
    """The sample, with its ten candidates in view: a search that another story has done is shown again."""
    window.open("solve/solve.py")
    expect(window.lens("Run 1 example")).to_be_visible(timeout=PATIENCE_MS)
    window.command("AlphaCode: Show Candidates")
    if not window.lens("candidates, best 1/1").is_visible():
        window.chord("s")
    expect(window.rows("Candidates")).to_have_count(10, timeout=PATIENCE_MS)
    # Those of the end, which alone have been scored.
    expect(window.rows("Candidates").first).to_contain_text("score", timeout=PATIENCE_MS)
    expect(window.lens("Solve with AlphaCode")).to_be_visible(timeout=PATIENCE_MS)
    return window.folder / "solve" / "solve.py"


def test_solve_the_sample_until_ten_candidates_show(window: Workbench, backend: Backend) -> None:
    open_solved(window)
    expect(window.rows("Candidates").first).to_contain_text("01  1/1")
    expect(window.rows("Problem").first).to_contain_text("Balanced Brackets")
    until(lambda: backend.metric(COMPLETED) == 1)
    window.screenshot("candidates")
    window.page.keyboard.press("Control+Shift+e")
    expect(window.rows("Candidates")).to_have_count(0, timeout=PATIENCE_MS)
    window.press("10 candidates, best passes 1/1", "Show candidates")
    expect(window.rows("Candidates")).to_have_count(10, timeout=PATIENCE_MS)


def test_apply_the_second_candidate_by_keyboard(window: Workbench) -> None:
    program = open_solved(window)
    before = program.read_text()
    window.focus()
    window.page.keyboard.press("Control+.")
    menu = window.page.locator(".action-widget:not(.action-list-submenu-panel)")
    expect(menu).to_contain_text("AlphaCode 02: 1/1 examples", timeout=PATIENCE_MS)
    window.screenshot("actions")
    window.page.keyboard.press("ArrowDown")
    expect(menu.locator(".focused")).to_contain_text("AlphaCode 02", timeout=PATIENCE_MS)
    window.page.keyboard.press("Enter")
    expect(window.editor).to_contain_text("print(", timeout=PATIENCE_MS)
    window.page.keyboard.press("Control+s")
    until(lambda: program.read_text() != before)
    assert "print(" in program.read_text()


def test_run_the_examples_and_see_the_failing_one(window: Workbench) -> None:
    window.open("test/test.py")
    expect(window.lens("Run 1 example")).to_be_visible(timeout=PATIENCE_MS)
    window.replace_text(ALWAYS_NO)
    window.chord("r")
    expect(window.page.locator(".squiggly-warning, .squiggly-error").first).to_be_visible(timeout=PATIENCE_MS)
    window.command("AlphaCode: Show Candidates")
    expect(window.rows("Problem").filter(has_text="Example 1")).to_contain_text("WA", timeout=PATIENCE_MS)
    peek = window.page.locator(".test-output-peek, .peekview-widget").first

    def open_peek() -> None:
        """There is nothing to peek at before the test explorer, too, has the result."""
        window.command("Test: Peek Output")
        expect(peek).to_be_visible(timeout=STEP_MS)

    window.retry(open_peek)
    expect(peek).to_contain_text("YES", timeout=PATIENCE_MS)
    expect(peek).to_contain_text("NO", timeout=PATIENCE_MS)
    expect(window.lens("Run 1 example")).to_be_visible(timeout=PATIENCE_MS)
    window.screenshot("failing")


def test_a_stress_test_finds_a_case(window: Workbench) -> None:
    folder = window.folder / "stress"
    (folder / "stress_gen.py").write_text("import sys\nprint('()' * int(sys.argv[1]) + ')')\n")
    (folder / "stress_brute.py").write_text("input()\nprint('NO')\n")
    window.open("stress/stress.py")
    expect(window.lens("Run 1 example")).to_be_visible(timeout=PATIENCE_MS)
    window.replace_text('input()\nprint("YES")\n')
    window.command("AlphaCode: Stress Test Against a Brute Force")
    window.said("stress.py: WA with seed 1")
    until(lambda: any(folder.rglob("*custom*1.in")))


def test_compare_two_candidates(window: Workbench) -> None:
    open_solved(window)
    window.command("AlphaCode: Compare Candidates")
    window.choose("AlphaCode 01")
    window.choose("AlphaCode 02")
    expect(window.page.locator(".tab.active")).to_contain_text("AlphaCode 01", timeout=PATIENCE_MS)
    sides = window.page.locator(".monaco-diff-editor .editor")
    expect(sides.first).to_contain_text("print(", timeout=PATIENCE_MS)
    expect(sides.last).to_contain_text("print(", timeout=PATIENCE_MS)
    window.screenshot("compare")


def test_a_problem_comes_from_competitive_companion(window: Workbench) -> None:
    window.command("AlphaCode: Receive from Competitive Companion")
    problem = {
        "name": "A. Two Sums", "group": "Practice", "url": "https://example.com/problem/two-sums",
        "interactive": False, "memoryLimit": 256, "timeLimit": 2000, "testType": "single",
        "tests": [{"input": "1 2\n", "output": "3\n"}], "input": {"type": "stdin"}, "output": {"type": "stdout"},
        "languages": {}, "batch": {"id": "one", "size": 1},
    }  # fmt: skip
    port = window.setting("companion_port")

    def post() -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/", json.dumps(problem).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30):
                return True
        except OSError:
            return False  # It does not listen yet.

    until(post)
    statement = window.folder / "A_Two_Sums.md"
    expect(window.page.locator(".tab", has_text=statement.name).first).to_be_visible(timeout=PATIENCE_MS)
    assert "1 2" in statement.read_text()
    window.command("AlphaCode: Show Candidates")
    expect(window.rows("Problem").first).to_contain_text("A. Two Sums", timeout=PATIENCE_MS)
    window.screenshot("companion")


def test_cancel_from_the_notification(window: Workbench, backend: Backend, tmp_path: Path) -> None:
    slow = Backend(tmp_path, "--store", "none", "--replay-rate", "0.2")
    slow.start()
    try:
        window.set(backend_url=slow.url)
        window.status("AlphaCode")
        window.open("cancel/cancel.py")
        expect(window.lens("Solve with AlphaCode")).to_be_visible(timeout=PATIENCE_MS)
        window.chord("s")
        expect(window.toast("Sampling")).to_be_visible(timeout=PATIENCE_MS)
        expect(window.lens("Cancel")).to_be_visible(timeout=PATIENCE_MS)
        window.screenshot("progress")
        window.press('solving "Balanced Brackets"', "Cancel")
        until(lambda: slow.metric(CANCELLED) == 1)
        expect(window.lens("Solve with AlphaCode")).to_be_visible(timeout=PATIENCE_MS)
    finally:
        slow.stop()
        window.set(backend_url=backend.url)


def test_a_backend_that_is_down_and_up_again(window: Workbench, backend: Backend, tmp_path: Path) -> None:
    other = Backend(tmp_path, "--store", "none")
    window.set(backend_url=other.url)
    try:
        window.status("backend down")
        window.open("down/down.py")
        window.page.locator(".statusbar-item", has_text="backend down").first.click()
        rows = window.page.locator(".quick-input-list .monaco-list-row")
        expect(rows.first).to_contain_text("Try the backend again", timeout=PATIENCE_MS)
        window.screenshot("backend-down")
        other.start()
        window.choose("Try the backend again")
        expect(window.page.locator(".statusbar-item", has_text="backend down")).to_have_count(0, timeout=PATIENCE_MS)
        window.chord("s")
        until(lambda: other.metric(COMPLETED) == 1)
    finally:
        other.stop()
        window.set(backend_url=backend.url)


def test_connect_to_a_backend_that_wants_a_token(window: Workbench, backend: Backend, tmp_path: Path) -> None:
    store = str(tmp_path / "jobs.db")
    made = subprocess.run(
        [BIN / "alphacode", "token", "new", "anna", "--store", store], capture_output=True, text=True, check=True
    )
    (token,) = re.findall(r"^ac_\S+$", made.stdout, re.MULTILINE)
    closed = Backend(tmp_path, "--store", store)
    try:
        window.command("AlphaCode: Connect to Backend")
        window.fill(closed.url)
        window.press("nothing answers", f"Back to {backend.url}")
        until(lambda: backend.url in window.machine_settings.read_text())
        closed.start()
        window.command("AlphaCode: Connect to Backend")
        window.fill(closed.url)
        box = window.page.locator(".quick-input-widget input[type=password]").first
        expect(box).to_be_visible(timeout=PATIENCE_MS)
        expect(window.toast("connecting")).to_have_count(0, timeout=PATIENCE_MS)
        window.screenshot("token")
        box.fill(token)
        window.page.keyboard.press("Enter")
        window.said(f"connected to {closed.url}")
        window.open("token/token.py")
        expect(window.lens("Solve with AlphaCode")).to_be_visible(timeout=PATIENCE_MS)
        window.chord("s")
        until(lambda: "is taken on for anna" in closed.log.read_text())
        assert token not in window.machine_settings.read_text()
        window.command("AlphaCode: Sign Out of Backend")
        window.said(f"the token for {closed.url} is forgotten")
        window.status("unauthorized")
    finally:
        closed.stop()
        window.set(backend_url=backend.url)


def test_in_the_dark_and_in_a_narrow_window(window: Workbench) -> None:
    """Nothing to do with what works, and all with how it looks: for whoever looks at the pictures."""
    open_solved(window)
    window.command("Preferences: Toggle between Light/Dark Themes")
    expect(window.page.locator(".monaco-workbench.vs-dark")).to_be_visible(timeout=PATIENCE_MS)
    window.rows("Candidates").first.hover()
    expect(window.rows("Candidates").first.locator(".action-label")).to_have_count(4, timeout=PATIENCE_MS)
    window.screenshot("dark")
    window.page.set_viewport_size({"width": 640, "height": 720})
    expect(window.rows("Candidates").first).to_be_visible(timeout=PATIENCE_MS)
    window.screenshot("narrow")
