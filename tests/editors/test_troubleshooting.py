"""The page of messages quotes what the code says, so that it can be found by what is on the screen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "editors" / "troubleshooting.md"
HEADINGS = re.findall(r"^### `+(.+?)`+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def said() -> str:
    """All code, with a text over several lines as one."""
    files = [path for folder in ("alphacode_lsp", "server", "sandbox") for path in (ROOT / folder).rglob("*.py")]
    files += (ROOT / "editors" / "nvim").rglob("*.lua")
    return "\n".join(re.sub(r"\"\s+f?\"", "", path.read_text(encoding="utf-8")) for path in files)


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_code_says_it(heading: str, said: str) -> None:
    lost = [part for part in heading.split("…") if part.strip() not in said]
    assert not lost
