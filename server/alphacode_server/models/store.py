"""Model files on this machine: where they lie, and whether they are whole.

<cache>/models/NAME.gguf            the file, once it is whole and its hash is right
<cache>/models/NAME.verified.json   size, time and hash at that moment
<cache>/models/NAME.partial/        what an unfinished fetch has so far
<cache>/models/NAME.lock            held by the process that fetches
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from alphacode_server.models import hub
from alphacode_server.models.errors import ModelError
from alphacode_server.models.known import KNOWN_MODELS, KnownModel, known_model

GGUF_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class ModelState:
    """A known model on this machine."""

    model: KnownModel
    path: Path
    state: str
    """`installed`, `missing`, `partial`, or `damaged`, which the next pull replaces."""
    n_bytes: int
    """What is already here."""


def models_folder() -> Path:
    """`ALPHACODE_CACHE`, or `alphacode` in the user's cache folder, and in it `models`."""
    cache = os.environ.get("ALPHACODE_CACHE")
    if cache:
        return Path(cache).expanduser() / "models"
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "alphacode" / "models"


def file_of(model: KnownModel) -> Path:
    """Where the model's file lies, or will."""
    return models_folder() / f"{model.name}.gguf"


def partial_folder_of(model: KnownModel) -> Path:
    """Where an unfinished fetch keeps what it has."""
    return models_folder() / f"{model.name}.partial"


def joined_file_of(model: KnownModel) -> Path:
    """The slices fetched so far, joined."""
    return partial_folder_of(model) / "joined"


def list_models() -> tuple[ModelState, ...]:
    """Every known model. Reads no file's content, so a file that was never verified counts as damaged."""
    return tuple(_state_of(model) for model in KNOWN_MODELS.values())


def path_of(name_or_path: str) -> Path:
    """The file of a known model, of a hub repository (`hf:owner/repo/file.gguf`), or any GGUF file.

    A known model's size is checked every time, its hash only when the file changed since it was last checked.
    Raises ModelError, with the command that mends it, when there is no such file or it is not whole.
    """
    if model := known_model(name_or_path):
        return _checked(model)
    if hub.is_hub_name(name_or_path):
        return hub.cached_path(name_or_path)
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise ModelError(
            f"no model and no file is called {name_or_path!r}; known models: {', '.join(KNOWN_MODELS)} "
            "(see `alphacode model list`)"
        )
    with path.open("rb") as file:
        if file.read(len(GGUF_MAGIC)) != GGUF_MAGIC:
            raise ModelError(f"{path} is not a GGUF file; name another, or one of `alphacode model list`")
    return path.resolve()


def record_verified(model: KnownModel, path: Path) -> None:
    """Remember that the file as it is now has the right hash."""
    _record_of(model).write_text(json.dumps(_fingerprint(model, path)) + "\n")


def sha256_of(path: Path) -> str:
    """The hash of a whole file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(model: KnownModel) -> Path:
    path = file_of(model)
    again = f"fetch it{' again' if path.exists() else ''} with: alphacode model pull {model.name}"
    if not path.is_file():
        raise ModelError(f"the model {model.name} ({model.size / 1e6:,.0f} MB) is not on this machine; {again}")
    size = path.stat().st_size
    if size != model.size:
        raise ModelError(f"{path} is not whole, {size:,} of {model.size:,} bytes; {again}")
    if not _is_verified(model, path):
        if sha256_of(path) != model.sha256:
            raise ModelError(f"{path} has the wrong SHA-256, so it is not {model.title}; {again}")
        record_verified(model, path)
    return path


def _state_of(model: KnownModel) -> ModelState:
    path = file_of(model)
    if path.is_file():
        size = path.stat().st_size
        whole = size == model.size and _is_verified(model, path)
        return ModelState(model, path, "installed" if whole else "damaged", size)
    joined = joined_file_of(model)
    if joined.is_file():
        return ModelState(model, path, "partial", joined.stat().st_size)
    return ModelState(model, path, "missing", 0)


def _is_verified(model: KnownModel, path: Path) -> bool:
    try:
        recorded = json.loads(_record_of(model).read_text())
    except (OSError, ValueError):
        return False
    return bool(recorded == _fingerprint(model, path))


def _record_of(model: KnownModel) -> Path:
    return models_folder() / f"{model.name}.verified.json"


def _fingerprint(model: KnownModel, path: Path) -> dict[str, object]:
    status = path.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": model.sha256}
