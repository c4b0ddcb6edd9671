"""Where this package keeps what is worth keeping from one judge to the next."""

import os
from pathlib import Path


def user_cache(kind: str) -> Path | None:
    """The folder for one kind of thing, which may not exist yet; None for a user without a home."""
    configured = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(configured) if configured else Path.home() / ".cache") / "alphacode" / kind
    except RuntimeError:
        return None
