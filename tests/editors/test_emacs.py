"""What a user does in a real Emacs with Eglot: solve, list, apply, run. Eglot knows neither progress nor resolving."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from alphacode_lsp.local_backend import free_port
from alphacode_lsp.print_config import config_of
from tests.editors.neovim import BIN, RECORDING, ROOT
from tests.missing import missing

SCRIPT = Path(__file__).with_name("emacs.el")


@pytest.mark.timeout(600)
def test_solve_list_apply_and_run(tmp_path: Path) -> None:
    if shutil.which("emacs") is None:
        missing("emacs is not installed (apt: emacs-nox elpa-eglot)")
    folder = shutil.copytree(ROOT / "examples" / "brackets", tmp_path / "brackets")
    configuration = tmp_path / "configuration.el"
    configuration.write_text(config_of("emacs"))
    settings = {
        "backend": {"url": f"http://127.0.0.1:{free_port()}", "serveArgs": ["--sampler", f"replay:{RECORDING}"]},
        "solve": {"samples": 15},
        "notifications": "off",  # Eglot asks at the end of a search, and takes no other answer than those offered.
    }
    homes = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    environment = {**os.environ, **homes, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = ["emacs", "--batch", "-q", "-l", SCRIPT, configuration, folder / "main.py", json.dumps(settings)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    if "missing" in seen:
        missing("Emacs has no Eglot (apt: elpa-eglot)")

    assert seen["before"][:2] == ["AlphaCode: Solve this problem (15 samples)", "AlphaCode: Run 17 examples"]
    candidates = [title for title in seen["after"] if title.startswith("AlphaCode 0")]
    assert 2 <= len(candidates) <= 10
    assert candidates == sorted(candidates)
    assert "1/1 examples, cluster" in candidates[0]
    assert "print(" in seen["applied"]
    assert len(seen["diagnostics"]) == 8
    assert any("Example 1: WA, line 1: expected `YES`, got `NO`" in text for text in seen["diagnostics"])
