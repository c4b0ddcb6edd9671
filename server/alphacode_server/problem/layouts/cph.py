"""Where cph, an extension of VS Code, keeps the problem of a source: a Companion payload with its cases."""

import hashlib
import re
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{32}")


def find_prob(source: Path) -> Path | None:
    """The file of the name that cph gives it, which ends in the MD5 of the source's path."""
    digest = hashlib.md5(str(source).encode(), usedforsecurity=False).hexdigest()
    names = (f".{source.name}_{digest}.prob", f"{source.name}_{digest}.prob")
    return next((file for file in (source.parent / ".cph" / name for name in names) if file.is_file()), None)


def find_moved_probs(source: Path) -> tuple[Path, ...]:
    """Those of sources of this name in other places, as after the folder was moved; cph does not find them any more."""
    try:
        files = sorted((source.parent / ".cph").iterdir())
    except OSError:
        return ()
    return tuple(file for file in files if file.suffix == ".prob" and _is_of(file.stem.removeprefix("."), source.name))


def _is_of(stem: str, name: str) -> bool:
    return stem.startswith(f"{name}_") and _DIGEST.fullmatch(stem.removeprefix(f"{name}_")) is not None
