"""The extension's own tests (editors/vscode/test), with the whole interface of VS Code in their hands."""

import json
import shutil
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from alphacode_lsp.local_backend import free_port

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make editors")

from playwright.sync_api import sync_playwright

from tests.editors.vscode.backend import Backend
from tests.editors.vscode.installation import EXTENSION, ROOT, installation, npm
from tests.editors.vscode.workbench import CHROMIUM, SETTINGS, vscode_server

pytestmark = pytest.mark.timeout(600)

PATIENCE_MS = 550_000


@pytest.fixture(scope="module", autouse=True)
def bundled() -> None:
    installation()
    npm("run", "bundle", "--", "--tests")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    problem = ROOT / "examples" / "brackets"
    return Path(shutil.copytree(problem, tmp_path / "brackets", ignore=shutil.ignore_patterns("tests")))


def test_in_a_trusted_folder(tmp_path: Path, folder: Path) -> None:
    backend = Backend(tmp_path, "--store", "none")
    backend.start()
    try:
        check("trusted", tmp_path, folder, {"alphacode.backend.url": backend.url, "alphacode.solve.samples": 24})
    finally:
        backend.stop()


def test_in_a_folder_that_is_not_trusted(tmp_path: Path, folder: Path) -> None:
    settings = {"alphacode.backend.url": f"http://127.0.0.1:{free_port()}", "alphacode.tests.runOnSave": True}
    trust = {
        "security.workspace.trust.enabled": True,
        "security.workspace.trust.startupPrompt": "never",
        "security.workspace.trust.emptyWindow": False,
    }
    check("restricted", tmp_path, folder, {**settings, **trust})


def check(suite: str, root: Path, folder: Path, settings: dict[str, object]) -> None:
    """Run a suite in a window of its own; every test of it has passed."""
    report = root / "report.json"
    for kind in ("User", "Machine"):
        (root / "data" / "data" / kind).mkdir(parents=True)
        (root / "data" / "data" / kind / "settings.json").write_text(json.dumps({**SETTINGS, **settings}))
    options = ["--enable-smoke-test-driver", "--start-server"]
    if suite == "trusted":
        options.append("--disable-workspace-trust")
    environment = {"ALPHACODE_REPORT": str(report), "ALPHACODE_SUITE": suite}
    with vscode_server(installation(), root, tuple(options)) as url, sync_playwright() as playwright:
        remote = f"vscode-remote://{url.removeprefix('http://')}{quote(str(EXTENSION))}"
        payload = [
            ["extensionDevelopmentPath", remote],
            ["extensionTestsPath", f"{remote}/dist/test/index.js"],
            ["extensionEnvironment", json.dumps(environment)],
        ]
        browser = playwright.chromium.launch(executable_path=installation().chromium, args=CHROMIUM)
        page = browser.new_page()
        page.expose_function("codeAutomationLog", lambda kind, arguments: None)
        page.expose_function("codeAutomationExit", lambda code: page.evaluate(f"window.exitCode = {int(code)}"))
        page.goto(f"{url}/?{urlencode({'folder': str(folder), 'payload': json.dumps(payload)})}")
        page.wait_for_function("window.exitCode !== undefined", timeout=PATIENCE_MS)
        browser.close()
    results = json.loads(report.read_text())
    assert results["stats"]["passes"] > 0
    assert [(one["fullTitle"], one["err"].get("message")) for one in results["failures"]] == []
    assert results["pending"] == []
