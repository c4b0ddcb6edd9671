"""Model files: which ones are known, where they lie, and fetching them."""

from alphacode_server.models.errors import ModelError
from alphacode_server.models.fetch import Progress, pull
from alphacode_server.models.known import DEFAULT_MODEL, KNOWN_MODELS, KnownModel, known_model
from alphacode_server.models.store import ModelState, list_models, path_of

__all__ = [
    "DEFAULT_MODEL", "KNOWN_MODELS", "KnownModel", "ModelError", "ModelState", "Progress", "known_model",
    "list_models", "path_of", "pull",
]  # fmt: skip
