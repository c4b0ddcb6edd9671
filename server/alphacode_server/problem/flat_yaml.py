"""The part of YAML that settings files of problem packages use: `key: value` lines, and one level of them below a key.

What is not that (lists, texts of several lines, anchors) is kept as `Unread` where it stands, so that a file is refused
only when such a value is asked for.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that this reader does not understand, and its line from 1."""

    line: int


Scalar = str | Unread
Value = Scalar | dict[str, Scalar]

_KEY = re.compile(r"""(?P<indent>[ ]*)(?P<key>[A-Za-z_][\w .-]*?|"[^"]*"|'[^']*')\s*:(?:\s+(?P<value>.*))?""")
# A list, a mapping in braces, a text block, an anchor, an alias or a tag.
_BEYOND = ("[", "{", "|", ">", "&", "*", "!", "- ")


def read_flat_yaml(text: str) -> dict[str, Value]:
    """Top-level keys with their values; a key without one has the mapping below it, or an empty text."""
    values: dict[str, Value] = {}
    open_key = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#") or line.rstrip() in ("---", "..."):
            continue
        match = _KEY.fullmatch(line.rstrip())
        if match and not match["indent"]:
            open_key = _unquoted(match["key"])
            values[open_key] = _scalar(match["value"], number)
        elif open_key:
            values[open_key] = _below(values[open_key], match, number)
    return values


def _below(value: Value, match: re.Match[str] | None, number: int) -> Value:
    """The value of a key after one more indented line."""
    if isinstance(value, Unread):
        return value
    if match is None or (isinstance(value, str) and value):
        return Unread(number)
    return {**(value or {}), _unquoted(match["key"]): _scalar(match["value"], number)}


def _scalar(text: str | None, number: int) -> Scalar:
    text = (text or "").strip()
    if text.startswith(("'", '"')):
        end = text.find(text[0], 1)
        rest = text[end + 1 :].strip() if end > 0 else "unclosed"
        return text[1:end] if not rest or rest.startswith("#") else Unread(number)
    if text.startswith(_BEYOND):
        return Unread(number)
    return "" if text.startswith("#") else re.split(r"\s#", text, maxsplit=1)[0].rstrip()


def _unquoted(key: str) -> str:
    return key[1:-1] if key[0] in "\"'" else key
