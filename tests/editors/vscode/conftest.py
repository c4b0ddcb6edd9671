"""One window for all stories, a problem's folder for each, and backends that can be stopped."""

import os
import shutil
from pathlib import Path

import pytest

from tests.editors.vscode.installation import ROOT

STORIES = ("solve", "test", "stress", "cancel", "down", "token")


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: `make screenshots` keeps them."""
    kept = os.environ.get("ALPHACODE_SCREENSHOTS")
    return Path(kept) if kept else tmp_path_factory.mktemp("screenshots")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a copy of the sample problem for each story."""
    folder = tmp_path_factory.mktemp("window") / "contest"
    for story in STORIES:
        shutil.copytree(ROOT / "examples" / "brackets", folder / story, ignore=shutil.ignore_patterns("tests"))
        (folder / story / "main.py").rename(folder / story / f"{story}.py")
    return folder
