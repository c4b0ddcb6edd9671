"""Where this package keeps what is worth keeping from one judge to the next."""

import os
from pathlib import Path


def user_cache(kind: str) -> Path | None:
    """The folder for one kind of thing; None for a user without a home, or with one that cannot be written to."""
    configured = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(configured) if configured else Path.home() / ".cache") / "alphacode" / kind
        folder.mkdir(parents=True, exist_ok=True)
    except (RuntimeError, OSError):
        return None
    return folder if os.access(folder, os.W_OK) else None
