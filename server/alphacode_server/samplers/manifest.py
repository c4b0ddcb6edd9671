"""A family of policies, as a TOML file describes it: what each is, and what it has to be asked like.

    base = "qwen2.5-coder-7b"        # adapters: the folder of the model that they adapt
    split = "thompson"               # how samples are shared out; default: even

    [[policy]]
    name = "gold-a"
    adapter = "adapters/gold-a"      # a folder; or `url`, and the `model` that is served there
    sha256 = "9f86d0..."             # of its files: cat adapter_config.json adapter_model.safetensors | sha256sum
    train_temperature = 0.2          # what its logits were divided by; default: 1
    prompt = "chatml"                # the style it was trained on
    prompt_sha256 = "60303a..."      # of that style's words
    languages = ["cpp"]              # default: all

Paths are relative to the file.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphacode_server.prompts import PromptStyle, prompt_sha256
from alphacode_server.samplers.allocation import ALLOCATIONS
from alphacode_server.samplers.sampler import SamplerError

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


@dataclass(frozen=True, slots=True)
class Adapter:
    """LoRA weights for the family's base."""

    folder: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Served:
    """A model on a server of its own."""

    url: str
    model: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """One member of a family."""

    name: str
    source: Adapter | Served
    train_temperature: float = 1.0
    style: PromptStyle | None = None
    """None asks as the model's own template does."""
    languages: frozenset[str] | None = None
    """Those it writes; None for all."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole family. Its policies have adapters of one base, or each a server."""

    name: str
    policies: tuple[Policy, ...]
    base: Path | None
    split: str
    """A name of `ALLOCATIONS`."""

    @property
    def adapters(self) -> dict[str, Path]:
        """Their folders by the policies' names; none for a family of servers."""
        return {policy.name: policy.source.folder for policy in self.policies if isinstance(policy.source, Adapter)}


def read_manifest(path: Path) -> Manifest:
    """Raises SamplerError, naming file and field, for what is no family, and for weights and prompts that are others
    than the policies were trained with."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SamplerError(f"cannot read the family {path}: {error.strerror}") from error
    except ValueError as error:  # Bad TOML, or bytes that are no text.
        raise SamplerError(f"{path}: {error}") from error
    try:
        return _manifest(table, path)
    except ValueError as error:
        raise SamplerError(f"{path}: {error}") from error


def _manifest(table: dict[str, Any], path: Path) -> Manifest:
    fields = _Fields(table)
    base, split = fields.text("base"), fields.text("split") or "even"
    tables = fields.take("policy", list) or []
    fields.end()
    if split not in ALLOCATIONS:
        raise ValueError(f"split must be {' or '.join(ALLOCATIONS)}, not {split!r}")
    policies = tuple(_policy(entry, number, path.parent) for number, entry in enumerate(tables, start=1))
    names = [policy.name for policy in policies]
    if not policies:
        raise ValueError("a family needs policies: a [[policy]] table for each")
    if len(set(names)) < len(names):
        raise ValueError("every policy needs a name of its own")
    if len({type(policy.source) for policy in policies}) > 1:
        raise ValueError("policies have adapters of one base, or each a server: a family does not mix them")
    return Manifest(path.stem, policies, path.parent / base if base else None, split)


def _policy(entry: object, number: int, folder: Path) -> Policy:
    if not isinstance(entry, dict):
        raise ValueError("policies are tables: [[policy]]")
    fields = _Fields(entry, f"policy {number}: ")
    name = fields.text("name")
    if not name:
        raise ValueError(f"policy {number} needs a name")
    fields.where = f"policy {name}: "
    policy = Policy(name, _source(fields, folder), _temperature(fields), _style(fields), _languages(fields))
    fields.end()
    return policy


def _source(fields: "_Fields", folder: Path) -> Adapter | Served:
    adapter, sha256, url, model = (fields.text(key) for key in ("adapter", "sha256", "url", "model"))
    if url and not adapter:
        return Served(url, model)
    if not adapter or not sha256 or url:
        raise ValueError(f"{fields.where}give the folder of an `adapter` and the `sha256` of its files, or a `url`")
    found = _sha256_of(folder / adapter, fields.where)
    if found != sha256.lower():
        raise ValueError(f"{fields.where}the files of {folder / adapter} have sha256 {found}, not {sha256}")
    return Adapter(folder / adapter, found)


def _sha256_of(adapter: Path, where: str) -> str:
    """Of its files, one after the other."""
    digest = hashlib.sha256()
    try:
        for name in ADAPTER_FILES:
            with (adapter / name).open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
    except OSError as error:
        raise ValueError(f"{where}cannot read {adapter / name}: {error.strerror}") from error
    return digest.hexdigest()


def _temperature(fields: "_Fields") -> float:
    value = fields.number("train_temperature")
    if value is not None and not value > 0:
        raise ValueError(f"{fields.where}train_temperature must be above 0, not {value}")
    return 1.0 if value is None else value


def _style(fields: "_Fields") -> PromptStyle | None:
    name, sha256 = fields.text("prompt"), fields.text("prompt_sha256")
    if name is not None and name not in [*PromptStyle]:
        raise ValueError(f"{fields.where}prompt must be one of {', '.join(PromptStyle)}, not {name!r}")
    style = PromptStyle(name) if name else None
    if sha256 is not None:
        now = prompt_sha256(style or PromptStyle.TEMPLATE)
        if sha256.lower() != now:
            raise ValueError(
                f"{fields.where}it was trained on other words than this version asks with, whose prompt_sha256 is {now}"
            )
    return style


def _languages(fields: "_Fields") -> frozenset[str] | None:
    names = fields.take("languages", list)
    if names is not None and not (names and all(isinstance(name, str) for name in names)):
        raise ValueError(f'{fields.where}languages must be a list of names, as in ["cpp", "python"]')
    return None if names is None else frozenset(names)


_KINDS = {str: "a text", float: "a number", list: "a list"}


class _Fields:
    """A table that says which of its fields are wrong or unknown."""

    def __init__(self, table: dict[str, Any], where: str = "") -> None:
        self.where = where
        self._rest = dict(table)
        self._known: list[str] = []

    def take(self, key: str, kind: type) -> Any:
        """The field's value, or None. Raises ValueError for one of another type."""
        self._known.append(key)
        value = self._rest.pop(key, None)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise ValueError(f"{self.where}{key} must be {_KINDS[kind]}, not {value!r}")
        return value

    def text(self, key: str) -> str | None:
        value: str | None = self.take(key, str)
        return value

    def number(self, key: str) -> float | None:
        if isinstance(self._rest.get(key), int) and not isinstance(self._rest[key], bool):
            self._rest[key] = float(self._rest[key])
        value: float | None = self.take(key, float)
        return value

    def end(self) -> None:
        """Raises ValueError when the table has fields that nobody took."""
        for key in self._rest:
            raise ValueError(f"{self.where}{key} is no field; there are {', '.join(self._known)}")
