"""A problem's name as the stem of its files, which any system can keep: Linux, macOS, Windows, a shared folder."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 100
"""Bytes of a stem. File systems take 255, encrypted ones 143, and endings such as `_output12.txt` come on top."""

_DEVICES = re.compile(r"con|prn|aux|nul|conin|conout|(?:com|lpt)\d", re.IGNORECASE)
_APOSTROPHES = re.compile("(?<=\\w)['’](?=\\w)")
# The statements of a folder's only problem: a file of this name would be taken for the statement of all its neighbours.
_ONES_OF_A_FOLDER = ("problem", "statement", "readme")


def file_stem(name: str, taken: Iterable[str] = ()) -> str:
    """Letters and digits of any script, joined by `_` where anything else was: `C - Jane's A+B` is `C_Janes_A+B`.

    Never one of the stems in `taken`, nor one that differs from them in upper and lower case alone: then a number
    is appended. Never empty.
    """
    used = {_key(stem) for stem in taken}
    stem = _cut(_plain(name), LONGEST) or "untitled"
    if _DEVICES.fullmatch(stem) or _key(stem) in _ONES_OF_A_FOLDER:
        stem += "_"
    numbered = stem
    number = 2
    while _key(numbered) in used:
        ending = f"_{number}"
        numbered = _cut(stem, LONGEST - len(ending)).rstrip("_") + ending
        number += 1
    return numbered


def _plain(name: str) -> str:
    # Compatible forms first: some stand for a separator, such as the full-width slash.
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", name))
    kept = "".join(character if _is_kept(character) else "_" for character in text)
    # A leading - would be an option to every command.
    return re.sub("_+(?:-+_+)*", "_", kept).strip("_").lstrip("-+_")


def _is_kept(character: str) -> bool:
    return character in "-+" or unicodedata.category(character)[0] in "LMN"


def _cut(stem: str, n_bytes: int) -> str:
    return stem.encode("utf-8", "ignore")[:n_bytes].decode("utf-8", "ignore").rstrip("_")


def _key(stem: str) -> str:
    """Equal for names that some file system takes for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stem).casefold())
