"""Writing a file that other editors may read or write at the same moment."""

import uuid
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Written beside and moved, so that nobody ever reads half of it; its folder is made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{uuid.uuid4().hex}.tmp")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
