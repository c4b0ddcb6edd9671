"""The user's settings: one frozen value, read from what the editor sends. A wrong key never stops the server."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alphacode_lsp import records


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """Where candidates come from."""

    url: str = "http://127.0.0.1:8420"
    auto_start: bool = True
    """Start a local backend when none answers at a loopback `url`."""
    serve_args: tuple[str, ...] = ()
    """Further arguments for `alphacode serve` when it is started here."""


@dataclass(frozen=True, slots=True)
class SolveSettings:
    """The budget of one search."""

    samples: int = field(default=128, metadata={records.AT_LEAST: 1})
    timeout_ms: int = field(default=180_000, metadata={records.AT_LEAST: 1})
    language: Literal["auto", "cpp", "python", "both"] = "auto"
    """`auto` is the buffer's language."""
    effort: Literal["normal", "high"] = "normal"
    """`high` lets the model also judge pairs of the most promising clusters."""
    max_candidates: int = field(default=10, metadata={records.AT_LEAST: 1, records.AT_MOST: 10})


@dataclass(frozen=True, slots=True)
class TestsSettings:
    """How examples are run."""

    __test__ = False  # The name is the settings section's; it is nothing for pytest to collect.

    time_multiplier: float = field(default=1.0, metadata={records.AT_LEAST: 0.1})
    default_time_limit_ms: int = field(default=2000, metadata={records.AT_LEAST: 1})
    """For statements that name no limit; likewise the next."""
    default_memory_mb: int = field(default=256, metadata={records.AT_LEAST: 1})
    output_limit_kb: int = field(default=1024, metadata={records.AT_LEAST: 1})


@dataclass(frozen=True, slots=True)
class Switch:
    """A feature that can be turned off."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How things are written."""

    ascii: bool = False


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """What choosing a candidate does."""

    mode: Literal["replace"] = "replace"


@dataclass(frozen=True, slots=True)
class Settings:
    """The section `alphacode`, with the defaults of what the user did not set."""

    backend: BackendSettings = BackendSettings()
    solve: SolveSettings = SolveSettings()
    tests: TestsSettings = TestsSettings()
    apply: ApplySettings = ApplySettings()
    contest_guard: Literal["ask", "block", "off"] = "ask"
    code_actions: Switch = Switch()
    code_lens: Switch = Switch()
    ui: UiSettings = UiSettings()
    notifications: Literal["off", "onResult"] = "onResult"
    """Whether the end of a search is announced with a message besides its progress."""
    commands_in_client: bool = False
    """The editor's own extension owns the command ids, so they are not advertised (`ux.md` C.6)."""


_CLIENT_SECTIONS = frozenset({"server", "trace", "logLevel"})
"""Keys of the same section that an editor extension reads for itself."""


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
    for name in _CLIENT_SECTIONS:
        merged.pop(name, None)
    settings, wrong = records.read(Settings, merged)
    complaints.extend(_with_nearest_path(complaint) for complaint in wrong)
    return settings or Settings(), tuple(f"alphacode.{complaint}" for complaint in complaints)


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
