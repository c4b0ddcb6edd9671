"""The user's settings as one value, from all that an editor sends. A wrong key never stops the server."""

import difflib
import re
from collections.abc import Mapping

from alphacode_lsp import records
from alphacode_lsp.settings.definition import ExtensionSettings, Settings


def parse_settings(*layers: object) -> tuple[Settings, tuple[str, ...]]:
    """The settings of all layers, later ones winning, and what is wrong with them, one sentence each."""
    merged: dict[str, object] = {}
    complaints: list[str] = []
    for layer in layers:
        if layer in (None, [], ()):
            continue
        if not isinstance(layer, Mapping):
            complaints.append(f"expected an object of settings, got {layer!r}")
            continue
        _merge(merged, _nested(layer))
    complaints.extend(_refuse_secrets(merged))
    for section in {key.partition(".")[0] for key in records.keys(ExtensionSettings)}:
        merged.pop(section, None)
    settings, wrong = records.read(Settings, merged)
    complaints.extend(_with_nearest_path(complaint) for complaint in wrong)
    return settings or Settings(), tuple(f"alphacode.{complaint}" for complaint in complaints)


_SECRETS = frozenset({"token", "apikey", "key", "password", "secret", "authorization", "proxyauthorization"})


def _refuse_secrets(section: dict[str, object], path: str = "") -> list[str]:
    """Take out what looks like a secret, wherever it is: settings are logged by editors and shared by projects."""
    complaints: list[str] = []
    for key, value in list(section.items()):
        where = f"{path}.{key}" if path else key
        has_password = isinstance(value, str) and re.match(r"[a-z]+://[^/@]*@", value) is not None
        if has_password or key.replace("_", "").replace("-", "").lower() in _SECRETS:
            del section[key]
            complaints.append(
                f"{where}: a secret is never read from settings, which editors log and projects share. Say it to "
                "`alphacode login`, or by ALPHACODE_TOKEN, backend.tokenFile or backend.tokenCommand"
            )
        elif isinstance(value, dict):
            complaints.extend(_refuse_secrets(value, where))
    return complaints


def _nested(layer: Mapping[str, object]) -> dict[str, object]:
    """Unfold `{"solve.samples": 3}` and a wrapping `{"alphacode": {...}}`, which both occur in users' files."""
    inner = layer.get("alphacode")
    if len(layer) == 1 and (isinstance(inner, Mapping) or inner in ([], ())):
        return _nested(inner) if isinstance(inner, Mapping) else {}
    result: dict[str, object] = {}
    for key, value in layer.items():
        *sections, last = str(key).removeprefix("alphacode.").split(".")
        leaf: object = _nested(value) if isinstance(value, Mapping) else value
        for section in reversed([*sections, last]):
            leaf = {section: leaf}
        assert isinstance(leaf, dict)
        _merge(result, leaf)
    return result


def _merge(target: dict[str, object], source: Mapping[str, object]) -> None:
    for key, value in source.items():
        held = target.get(key)
        if isinstance(held, dict) and isinstance(value, Mapping):
            _merge(held, value)
        elif isinstance(held, dict) and value in ([], ()):
            continue
        else:
            target[key] = dict(value) if isinstance(value, Mapping) else value


def _with_nearest_path(complaint: str) -> str:
    """An unknown key may be a right one in the wrong section: `samples` is `solve.samples`."""
    key, separator, _ = complaint.partition(": unknown key")
    if not separator:
        return complaint
    known = records.keys(Settings)
    last = key.rpartition(".")[2].lower()
    moved = [path for path in known if path.rpartition(".")[2].lower() == last]
    near = moved or difflib.get_close_matches(key, known, 1, cutoff=0.4)
    return f"{key}{separator}; did you mean `alphacode.{near[0]}`?" if near else f"{key}{separator}"
