"""Everything that follows from the definition of the settings agrees with it."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alphacode_lsp import print_config
from alphacode_lsp.settings import Settings, parse_settings
from alphacode_lsp.settings.definition import ExtensionSettings
from alphacode_lsp.settings.schema import Entry, json_schema, manifest, sections
from alphacode_sandbox import LANGUAGES
from alphacode_server.selection import SELECTORS

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = {entry.key: entry for section in sections(Settings) for entry in section.entries}


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "editors" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_documentation_and_manifests_are_up_to_date() -> None:
    stale = [path.name for path, text in generator().generated().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run `make settings`"


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES.keys())
def test_the_schema_says_what_the_server_takes(entry: Entry) -> None:
    assert parse_settings({entry.key: entry.default}) == (Settings(), ())
    for choice in entry.type.get("enum", ()):
        assert parse_settings({entry.key: choice})[1] == ()
    if "minimum" in entry.type:
        (complaint,) = parse_settings({entry.key: entry.type["minimum"] - 1})[1]
        assert "must be at least" in complaint
    (complaint,) = parse_settings({entry.key: {"no": 1} if entry.type.get("type") != "object" else 1})[1]
    assert entry.key in complaint
    assert entry.meaning.endswith(".")


def test_the_schema_is_the_section() -> None:
    schema = json_schema()
    assert schema["properties"]["solve"]["properties"]["samples"]["minimum"] == 1
    assert "commandsInClient" not in schema["properties"]
    assert "server" not in schema["properties"]


def test_the_manifest_has_the_extensions_own_settings() -> None:
    properties: dict[str, Any] = {}
    for category in manifest():
        properties |= category["properties"]
    assert properties.keys() > ENTRIES.keys()
    extension = {entry.key for section in sections(ExtensionSettings) for entry in section.entries}
    assert properties.keys() == ENTRIES.keys() | extension
    assert properties["alphacode.backend.url"]["scope"] == "machine"
    # The server takes no notice of them.
    assert parse_settings({"server": {"path": "x"}, "trace": {"server": "off"}}) == (Settings(), ())


def test_choices_are_those_of_the_solver() -> None:
    assert set(ENTRIES["alphacode.solve.selector"].type["enum"]) == {"auto", *SELECTORS}
    for language in ("cpp", "python"):
        suffixes = LANGUAGES[language].suffixes
        alike = {other.id for other in LANGUAGES.values() if other.suffixes == suffixes}
        assert set(ENTRIES[f"alphacode.languages.{language}"].type["enum"]) == alike


@pytest.mark.parametrize("editor", print_config.FILES)
def test_every_editors_configuration_starts_the_server(editor: str) -> None:
    text = print_config.config_of(editor, "/opt/bin/alphacode-lsp")
    assert "/opt/bin/alphacode-lsp" in text
    assert "AlphaCode for" in text.splitlines()[0]
    match Path(print_config.FILES[editor]).suffix:
        case ".toml":
            assert tomllib.loads(text)["language-server"]["alphacode"]["command"] == "/opt/bin/alphacode-lsp"
        case ".json":
            json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))


def test_on_the_command_line() -> None:
    alphacode = Path(sys.executable).with_name("alphacode")

    def printed(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([alphacode, "print-config", *arguments], capture_output=True, text=True)

    assert "vim.lsp.enable" in printed("nvim").stdout
    assert json.loads(printed("--json").stdout) == json_schema()
    wrong = printed("vi")
    assert wrong.returncode == 2
    assert "nvim" in wrong.stderr
    assert printed().returncode == 2
