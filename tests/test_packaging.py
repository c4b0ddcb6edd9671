"""The base install: what an editor machine gets from `pip install .` without extras."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.missing import missing

ROOT = Path(__file__).parent.parent
HEAVY = ("fastapi", "matplotlib", "numpy", "pyarrow", "pydantic", "torch", "uvicorn", "vllm", "xllamacpp")
IMPORTED = """
import json, sys
import alphacode_lsp.__main__, alphacode_lsp.server, alphacode_server.cli
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


@pytest.fixture(scope="module")
def base_install(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a virtual environment that holds the distribution and its base dependencies alone."""
    folder = tmp_path_factory.mktemp("base")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    installed = subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode != 0:
        missing(f"the package index could not be reached: {installed.stderr.strip().splitlines()[-1]}")
    return folder / "bin"


@pytest.mark.timeout(300)
def test_the_base_install_imports_nothing_heavy(base_install: Path, tmp_path: Path) -> None:
    shown = subprocess.run(
        [base_install / "python", "-P", "-c", IMPORTED], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert not set(HEAVY) & set(json.loads(shown.stdout))


def test_both_programs_start(base_install: Path, tmp_path: Path) -> None:
    for program in ("alphacode", "alphacode-lsp"):
        shown = subprocess.run([base_install / program, "--version"], capture_output=True, text=True, cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert "0.1.0" in shown.stdout


def test_the_backend_says_what_it_needs(base_install: Path, tmp_path: Path) -> None:
    shown = subprocess.run([base_install / "alphacode", "serve"], capture_output=True, text=True, cwd=tmp_path)
    assert shown.returncode == 2
    assert "pip install 'alphacode-lsp[server]'" in shown.stderr


def test_the_wheel_holds_three_packages(base_install: Path, tmp_path: Path) -> None:
    code = "import alphacode_lsp; print(alphacode_lsp.__file__)"
    site = subprocess.run(
        [base_install / "python", "-P", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    packages = {path.parent.name for path in Path(site.stdout.strip()).parents[1].glob("alphacode_*/__init__.py")}
    assert packages == {"alphacode_lsp", "alphacode_sandbox", "alphacode_server"}
