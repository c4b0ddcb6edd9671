"""Writes what follows from the definition of the settings: documentation, VS Code's manifest, Neovim's file.

python editors/generate.py
"""

import json
from pathlib import Path

from alphacode_lsp.print_config import config_of
from alphacode_lsp.settings import schema

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "editors" / "vscode" / "package.json"


def generated() -> dict[Path, str]:
    """What each of the files should hold."""
    texts = {
        ROOT / "docs" / "settings.md": schema.page(),
        ROOT / "editors" / "nvim" / "lsp" / "alphacode.lua": config_of("nvim"),
    }
    if MANIFEST.exists():
        package = json.loads(MANIFEST.read_text(encoding="utf-8"))
        package.setdefault("contributes", {})["configuration"] = schema.manifest()
        texts[MANIFEST] = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    return texts


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
