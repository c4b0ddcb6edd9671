"""`alphacode print-config`: what to put into an editor's configuration, or the schema of the settings.

python -P -m alphacode_lsp.print_config nvim > ~/.config/nvim/lsp/alphacode.lua
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from alphacode_lsp.settings.schema import json_schema

FILES = {
    "nvim": "nvim.lua",
    "helix": "helix.toml",
    "emacs": "emacs.el",
    "sublime": "sublime.json",
    "kakoune": "kakoune.kak",
    "zed": "zed.json",
}
"""By the editor's name, the file in `alphacode_lsp/editors/`."""

_COMMAND = "alphacode-lsp"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="alphacode print-config",
        description="Print what to put into an editor's configuration. The first lines say where it goes.",
    )
    parser.add_argument("editor", nargs="?", choices=FILES, metavar="EDITOR", help=", ".join(FILES))
    parser.add_argument("--json", action="store_true", help="print the JSON schema of the settings instead")
    options = parser.parse_args(arguments)
    if options.json:
        print(json.dumps(json_schema(), indent=2))  # noqa: T201
    elif options.editor:
        print(config_of(options.editor, _command()), end="")  # noqa: T201
    else:
        parser.error(f"name an editor: {', '.join(FILES)}; VS Code takes the extension instead")
    return 0


def config_of(editor: str, command: str = _COMMAND) -> str:
    text = files("alphacode_lsp").joinpath("editors", FILES[editor]).read_text(encoding="utf-8")
    for quote in "'\"":
        text = text.replace(f"{quote}{_COMMAND}{quote}", f"{quote}{command}{quote}")
    return text


def _command() -> str:
    """The server's name where the editor will find it, else its place."""
    beside = Path(sys.executable).with_name(_COMMAND)
    return str(beside) if shutil.which(_COMMAND) is None and beside.exists() else _COMMAND


if __name__ == "__main__":
    sys.exit(main())
