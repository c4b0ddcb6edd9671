"""A window of VS Code, driven as its user drives it: keyboard, mouse and what is on the screen."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Error, Locator, Page, expect, sync_playwright

from alphacode_lsp.local_backend import free_port
from tests.editors.vscode.installation import BIN, Installation

PATIENCE_MS = 180_000
"""For anything to appear. Only a failure takes that long."""
STEP_MS = 8_000
"""For one try of a step that is tried again."""

SETTINGS = {
    "alphacode.server.path": str(BIN / "alphacode-lsp"),
    "alphacode.backend.autoStart": False,
    "chat.disableAIFeatures": True,
    "editor.cursorBlinking": "solid",
    "editor.hover.delay": 50,
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "files.hotExit": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": False,
    "window.restoreWindows": "none",
    "workbench.editor.empty.hint": "hidden",
    "workbench.layoutControl.enabled": False,
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
)  # fmt: skip


class Workbench:
    """The window. A step whose click or key gets lost in a busy moment is done again; a whole test never is."""

    def __init__(self, page: Page, folder: Path, machine_settings: Path, screenshots: Path) -> None:
        self.page = page
        self.folder = folder
        self.machine_settings = machine_settings
        self._screenshots = screenshots
        self._settings: dict[str, object] = dict(SETTINGS)

    # Settings and files

    def set(self, **settings: object) -> None:
        """Change settings where the user would, in the file; `backend_url` is `alphacode.backend.url`."""
        self._settings |= {f"alphacode.{name.replace('_', '.')}": value for name, value in settings.items()}
        self.machine_settings.write_text(json.dumps(self._settings))

    def setting(self, name: str) -> object:
        return self._settings[f"alphacode.{name.replace('_', '.')}"]

    def open(self, name: str) -> None:
        """Open a file of the folder by the keyboard."""

        def attempt() -> None:
            self.escape()
            self.page.keyboard.press("Control+p")
            box = self.page.locator(".quick-input-widget input").first
            expect(box).to_be_visible(timeout=STEP_MS)
            box.fill(name, timeout=STEP_MS)
            row = self.page.locator(".quick-input-list .monaco-list-row").first
            expect(row).to_contain_text(Path(name).name, timeout=STEP_MS)
            self.page.keyboard.press("Enter")
            expect(self.page.locator(".tab.active")).to_contain_text(Path(name).name, timeout=STEP_MS)

        self.retry(attempt)

    # The keyboard

    def command(self, title: str) -> None:
        """Run a command from the palette."""

        def attempt() -> None:
            self.escape()
            self.page.keyboard.press("F1")
            box = self.page.locator(".quick-input-widget input").first
            expect(box).to_be_visible(timeout=STEP_MS)
            box.fill(f">{title}", timeout=STEP_MS)
            row = self.page.locator(".quick-input-list .monaco-list-row").first
            expect(row).to_contain_text(title, timeout=STEP_MS)
            self.page.keyboard.press("Enter")

        self.retry(attempt)

    def chord(self, second: str) -> None:
        """Control+Alt+A, then another key, in the editor."""
        self.focus()
        self.page.keyboard.press("Control+Alt+a")
        self.page.keyboard.press(second)

    def escape(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")

    def focus(self) -> None:
        """Put the cursor into the editor in front."""
        self.retry(lambda: self.editor.locator(".view-line").first.click(timeout=STEP_MS))

    def replace_text(self, text: str) -> None:
        """Type over everything in the editor in front, and save."""
        self.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+s")

    def choose(self, text: str) -> None:
        """Choose from the list that is open, by typing."""
        self.fill(text)

    def fill(self, text: str) -> None:
        """Type into the box that is open, and Enter once the list, where there is one, has followed."""
        box = self.page.locator(".quick-input-widget input").first
        expect(box).to_be_visible(timeout=PATIENCE_MS)
        box.fill(text)
        rows = self.page.locator(".quick-input-list .monaco-list-row:visible")
        if rows.count():
            expect(rows.first).to_contain_text(text, timeout=PATIENCE_MS)
        self.page.keyboard.press("Enter")

    # The screen

    @property
    def editor(self) -> Locator:
        return self.page.locator(".editor-group-container.active .monaco-editor[role=code]").first

    def lens(self, text: str) -> Locator:
        return self.page.locator(".codelens-decoration a", has_text=text).first

    def rows(self, view: str) -> Locator:
        """The rows of one of our views, which must be open."""
        return self.page.locator(f".pane:has(.pane-header[aria-label^='{view}']) .monaco-list-row")

    def toast(self, text: str) -> Locator:
        return self.page.locator(".notification-toast", has_text=text).first

    def press(self, toast: str, button: str) -> None:
        """Press a button of a notification."""

        def attempt() -> None:
            shown = self.toast(toast)
            shown.hover(timeout=STEP_MS)
            shown.get_by_role("button", name=button).click(timeout=STEP_MS)

        expect(self.toast(toast)).to_be_visible(timeout=PATIENCE_MS)
        self.retry(attempt)

    def said(self, text: str) -> None:
        """Wait until something was said to screen readers, which is what notifications do even when they are gone."""
        expect(self.page.locator(".monaco-aria-container")).to_contain_text(text, timeout=PATIENCE_MS)

    def status(self, text: str) -> None:
        expect(self.page.locator(".statusbar-item", has_text=text).first).to_be_visible(timeout=PATIENCE_MS)

    def quiet(self) -> None:
        """Nothing open that hides or steals: menus, notifications, other editors."""
        self.command("View: Close All Editors")
        self.escape()

    def screenshot(self, name: str) -> None:
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._screenshots / f"{name}.png", animations="disabled")

    def retry(self, attempt: Callable[[], object]) -> None:
        """Five tries; the last one's error is the test's."""
        for _ in range(4):
            try:
                attempt()
            except (AssertionError, Error) as error:
                print(f"trying again after: {error}")  # noqa: T201 - pytest shows it where the test fails
                continue
            return
        attempt()


@contextmanager
def workbench(
    installed: Installation, root: Path, folder: Path, screenshots: Path, settings: dict[str, object]
) -> Iterator[Workbench]:
    """A server and a browser of their own, in fresh folders; both end with the context."""
    data = root / "data"
    machine_settings = data / "data" / "Machine" / "settings.json"
    for kind in ("User", "Machine"):
        (data / "data" / kind).mkdir(parents=True)
        (data / "data" / kind / "settings.json").write_text(json.dumps({**SETTINGS, **settings}))
    options = ("--disable-workspace-trust", "--install-extension", str(installed.package), "--start-server")
    with vscode_server(installed, root, options) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed.chromium, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{url}/?{urlencode({'folder': str(folder)})}")
        window = Workbench(page, folder, machine_settings, screenshots)
        window.set(**{name.removeprefix("alphacode."): value for name, value in settings.items()})
        try:
            window.status("AlphaCode")
            yield window
        finally:
            browser.close()


@contextmanager
def vscode_server(installed: Installation, root: Path, options: tuple[str, ...]) -> Iterator[str]:
    """VS Code's own server, without the network. Its address."""
    port = free_port()
    command: list[Any] = [
        installed.node, installed.vscode / "out" / "server-main.js", "--host", "127.0.0.1", "--port", str(port),
        "--without-connection-token", "--accept-server-license-terms", "--server-data-dir", root / "data",
        "--extensions-dir", root / "extensions", "--disable-telemetry", *options,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "EXTENSIONS_GALLERY": "{}",
        "XDG_STATE_HOME": str(root / "state"),
        "XDG_CACHE_HOME": str(root / "cache"),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    root.mkdir(parents=True, exist_ok=True)
    with (root / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/version", process, root / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    while True:
        assert process.poll() is None, f"VS Code did not start: {log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)  # It says nothing when it listens.


def until(condition: Callable[[], bool]) -> None:
    """Look again and again, at what is outside the window."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
