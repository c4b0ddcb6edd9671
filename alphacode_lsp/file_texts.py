"""Texts of files that are looked at again and again, read once for as long as they do not change."""

from pathlib import Path

LONGEST = 2_000_000
"""Bytes. Statements and their cases are a few pages; what is longer is not read in an editor's process."""
_KEPT = 16 * LONGEST


class FileTexts:
    """By path. A file counts as unchanged while its time, its size and its inode are."""

    def __init__(self) -> None:
        self._texts: dict[Path, tuple[tuple[int, ...], str]] = {}

    def read(self, path: Path) -> str:
        """Raises OSError, also for a file that is too long, and UnicodeDecodeError."""
        found = path.stat()
        if found.st_size > LONGEST:
            raise OSError(f"{path.name} is longer than {LONGEST} bytes")
        known = self._texts.get(path)
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        if known is not None and known[0] == stamp:
            return known[1]
        text = path.read_text(encoding="utf-8")
        self._texts[path] = (stamp, text)
        self._forget_oldest()
        return text

    def _forget_oldest(self) -> None:
        total = sum(len(text) for _, text in self._texts.values())
        while total > _KEPT:
            oldest = next(iter(self._texts))
            total -= len(self._texts.pop(oldest)[1])
