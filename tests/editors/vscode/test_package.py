"""The package that users install: small, the same from the same files, and free of what is ours alone."""

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from alphacode_lsp.assembly import create_server
from tests.editors.vscode.installation import EXTENSION, PACKAGE, ROOT, installation, npm

pytestmark = pytest.mark.timeout(600)


def test_the_package_is_small_and_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    installation()
    elsewhere = tmp_path / "editors" / "vscode"
    shutil.copytree(EXTENSION, elsewhere, ignore=shutil.ignore_patterns("node_modules", "dist", PACKAGE.name))
    (elsewhere / "node_modules").symlink_to(EXTENSION / "node_modules")
    shutil.copy(ROOT / "LICENSE", tmp_path)
    npm("run", "package", folder=elsewhere)
    made = (elsewhere / PACKAGE.name).read_bytes()
    assert len(made) < 3_000_000
    assert sha256(made).digest() == sha256(PACKAGE.read_bytes()).digest()


def test_everything_that_the_manifest_names_is_in_the_package() -> None:
    installation()
    with ZipFile(PACKAGE) as package:
        names = set(package.namelist())
        manifest = package.read("extension/package.json").decode()
        readme = package.read("extension/readme.md").decode()
    named = re.findall(r'"((?:media|walkthrough|dist)/[^"]+|\./dist/[^"]+)"', manifest)
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert named
    for name in (*named, *pictures):
        assert f"extension/{name.removeprefix('./')}" in names
    assert not [name for name in names if re.search(r"node_modules|\.ts$|test", name)]


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    manifest = json.loads((EXTENSION / "package.json").read_text())
    assert lock["packages"][""]["devDependencies"] == manifest["devDependencies"]


def test_all_commands_of_the_server_are_the_extensions() -> None:
    """Lenses and actions name them, and the server leaves their ids to the extension."""
    source = (EXTENSION / "src" / "commands.ts").read_text()
    table = source[source.index("SERVER_COMMANDS") : source.index("};")]
    assert set(re.findall(r"'(alphacode\.\w+)'", table)) == _commands_of_the_server()


def _commands_of_the_server() -> set[str]:
    server = create_server(Path("state"), {})
    server.register_commands()
    return set(server.protocol.fm.commands)
