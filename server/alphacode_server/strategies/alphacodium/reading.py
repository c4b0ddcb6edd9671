"""From the YAML that a model wrote to a value of a schema, with common breakage mended.

All scalars are text: a test's `YES` is no truth value, and `007` no number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_args

import cattrs

from alphacode_server.prompts import FENCE

T = TypeVar("T")

MAX_CUT = 40
"""Lines that a reply may lose at its end: what was cut at the token limit is seldom longer."""

_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_BLOCK = re.compile(rf"{FENCE}[ \t]*(?:ya?ml)?[ \t]*\n(.*?)(?:^[ \t]*{FENCE}|\Z)", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"^\s*[-*•]\s+")


class Unreadable(Exception):
    """A reply is no value of the schema; the message says why."""


def read(reply: str, opening: str, kind: type[T]) -> T:
    """The first reading of a reply that fits `kind`. `opening` is what its YAML was begun with, in case it goes on."""
    complaint = "it is empty"
    for text in _readings(_THINKING.sub("", reply.replace("\r\n", "\n")), opening, _text_keys(kind)):
        try:
            return _structured(text, kind)
        except Unreadable as error:
            complaint = str(error)
    raise Unreadable(complaint)


def _readings(reply: str, opening: str, keys: frozenset[str]) -> Iterator[str]:
    """As it is, with blocks made of lines whose colons or quotes confuse YAML, and without its last lines."""
    block = _BLOCK.search(reply)
    body = block[1] if block else reply.split(FENCE)[0]
    begins_anew = body.lstrip().startswith(opening.partition(":")[0] + ":")
    for whole in (body,) if begins_anew else (opening + body, body):
        if body.strip():
            plain = whole.replace("\t", "    ").rstrip().removesuffix("...")
            blocks = _as_blocks(plain, keys)
            yield from (plain, blocks)
            lines = blocks.split("\n")
            yield from ("\n".join(lines[:-n]) for n in range(1, min(MAX_CUT, len(lines))))


def _as_blocks(text: str, keys: frozenset[str]) -> str:
    """`key: text` of a known key becomes a block, in which nothing has a meaning; and so does a bullet point's text."""
    lines = []
    for line in text.split("\n"):
        found = re.match(r"^(\s*(?:- +)?)(\w+):[ \t]+(.*\S)\s*$", line)
        point = re.match(r"^(\s*)- +(?!\w+:(?:\s|$))(.*\S)\s*$", line)
        if found and found[2] in keys and not re.match(r"[|>\[]", found[3]):
            value = _unquoted(found[3])
            lines += [f"{found[1]}{found[2]}: |-", f"{' ' * (len(found[1]) + 2)}{value}"]
        elif point and not re.match(r"[|>]", point[2]):
            lines += [f"{point[1]}- |-", f"{point[1]}    {_unquoted(point[2])}"]
        else:
            lines.append(line)
    return "\n".join(lines)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _structured(text: str, kind: type[T]) -> T:
    import yaml  # Only this strategy needs it.

    try:
        value = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  It makes nothing but text, lists and mappings.
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable(f"it is no YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(value, Mapping):
        raise Unreadable(f"expected the keys {', '.join(field.name for field in fields(kind))}")  # type: ignore[arg-type]
    try:
        return _CONVERTER.structure(value, kind)
    except cattrs.BaseValidationError as error:
        raise Unreadable("; ".join(cattrs.transform_error(error, "reply"))[:300]) from error


def _text(value: object, _kind: object) -> str:
    if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
        # A colon in a line of text.
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    if not isinstance(value, str):
        raise ValueError(f"expected text, not a {type(value).__name__}")
    return value


def _texts(value: object, _kind: object) -> tuple[str, ...]:
    if isinstance(value, str):
        lines = [_ITEM.sub("", line).strip() for line in value.splitlines()]
        return tuple(line for line in lines if line)
    if not isinstance(value, list):
        raise ValueError(f"expected a list of text, not a {type(value).__name__}")
    return tuple(text for text in (_text(item, str).strip() for item in value) if text)


def _values(value: object, kind: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list, not a {type(value).__name__}")
    return tuple(_CONVERTER.structure(item, get_args(kind)[0]) for item in value)


def _text_keys(kind: Any) -> frozenset[str]:
    """The keys that hold text, at any depth."""
    found = set[str]()
    for field in fields(kind):
        inner = getattr(field.type, "__args__", (field.type,))[0]
        if field.type is str:
            found.add(field.name)
        elif inner is not str:
            found |= _text_keys(inner)
    return frozenset(found)


_CONVERTER = cattrs.Converter()
_CONVERTER.register_structure_hook(str, _text)
_CONVERTER.register_structure_hook_func(lambda kind: getattr(kind, "__origin__", None) is tuple, _values)
_CONVERTER.register_structure_hook_func(lambda kind: kind == tuple[str, ...], _texts)
