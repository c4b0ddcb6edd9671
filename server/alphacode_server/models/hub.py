"""Models in a hub repository, for users who have a hub: `hf:owner/repo/file.gguf`.

The `huggingface_hub` package does the work, with the user's own endpoint, token and cache; it is not a dependency.
"""

import importlib
from pathlib import Path
from typing import Any

from alphacode_server.models.errors import ModelError

PREFIX = "hf:"


def is_hub_name(name: str) -> bool:
    """Whether a model's name means a file of a hub repository."""
    return name.startswith(PREFIX)


def cached_path(name: str) -> Path:
    """The file in the hub's cache. Raises ModelError when it was not fetched yet."""
    repository, file_name = _split(name)
    found = _package().try_to_load_from_cache(repository, file_name)
    if not isinstance(found, str):
        raise ModelError(f"{name} is not on this machine; fetch it with: alphacode model pull {name}")
    return Path(found)


def pull(name: str) -> Path:
    """Fetch the file into the hub's cache. The hub's own package resumes, checks hashes and draws its progress bar."""
    repository, file_name = _split(name)
    package = _package()
    errors = importlib.import_module("huggingface_hub.errors")
    try:
        return Path(package.hf_hub_download(repository, file_name))
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, OSError, ValueError) as error:
        raise ModelError(f"cannot fetch {name}: {error}; try again with: alphacode model pull {name}") from error


def _split(name: str) -> tuple[str, str]:
    parts = name.removeprefix(PREFIX).split("/", 2)
    if len(parts) != 3 or not all(parts) or not name.endswith(".gguf"):
        raise ModelError(f"{name!r} names no file of a hub; the form is hf:owner/repo/file.gguf")
    return f"{parts[0]}/{parts[1]}", parts[2]


def _package() -> Any:
    try:
        return importlib.import_module("huggingface_hub")
    except ImportError as error:
        raise ModelError("models of a hub need one more package: pip install huggingface_hub") from error
