"""Plain JSON becomes a frozen dataclass, with complaints that name the field and the nearest right one.

Settings and command arguments are both read here. A JSON key is the field's name in camel case; what a field accepts is
its annotation: str, int, float, bool, `Literal[...]`, `tuple[str, ...]`, `dict[str, str]`, another dataclass, or one of
several of these.
"""

import dataclasses
import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

R = TypeVar("R")

AT_LEAST, AT_MOST = "at_least", "at_most"
"""Keys of a field's metadata: the smallest and the largest number accepted."""


class _WrongTypeError(ValueError):
    """The value is not what the annotation says; the message says what was expected."""


def read(cls: type[R], value: object, path: str = "") -> tuple[R | None, list[str]]:
    """Read `value` as a `cls`, and say what is wrong with it.

    A wrong field keeps its default; the record is None only where a field without a default is missing.
    """
    complaints: list[str] = []
    if value in ([], ()):  # An empty Lua table arrives as an empty list.
        value = {}
    if not isinstance(value, Mapping):
        complaints.append(f"{_shown(path)}: expected an object, got {_described(value)}")
        value = {}
    fields = {camel_case(field.name): field for field in dataclasses.fields(typing.cast(Any, cls))}
    annotations = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, item in value.items():
        where = f"{path}.{key}" if path else str(key)
        field = fields.get(str(key))
        if field is None:
            complaints.append(f"{where}: unknown key{_suggestion(str(key), fields)}")
        elif item is not None:
            try:
                values[field.name] = _read_field(annotations[field.name], item, where, complaints)
                _check_bound(values[field.name], field)
            except _WrongTypeError as wrong:
                values.pop(field.name, None)
                complaints.append(f"{where}: {wrong}")
    missing = [key for key, field in fields.items() if _is_required(field) and field.name not in values]
    complaints.extend(f"{_shown(path)}: `{key}` is missing" for key in missing)
    return (None if missing else cls(**values)), complaints


def keys(cls: type[Any], path: str = "") -> tuple[str, ...]:
    """All keys of a record as dotted paths."""
    found: list[str] = []
    annotations = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        key = f"{path}.{camel_case(field.name)}" if path else camel_case(field.name)
        annotation = annotations[field.name]
        found.extend(keys(typing.cast(type[Any], annotation), key) if dataclasses.is_dataclass(annotation) else [key])
    return tuple(found)


def camel_case(name: str) -> str:
    """`time_limit_ms` -> `timeLimitMs`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _read_field(annotation: Any, value: object, where: str, complaints: list[str]) -> Any:
    if dataclasses.is_dataclass(annotation):
        record, inner = read(typing.cast(type[Any], annotation), value, where)
        complaints.extend(inner)
        if record is None:
            raise _WrongTypeError("not complete")
        return record
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union):
        return _read_union(typing.get_args(annotation), value, where)
    if origin is Literal:
        return _read_choice(typing.get_args(annotation), value)
    if origin is tuple:
        return _read_list(typing.get_args(annotation)[0], value, where)
    if origin is dict:
        return _read_map(typing.get_args(annotation)[1], value, where)
    return _read_plain(annotation, value)


def _read_union(alternatives: tuple[Any, ...], value: object, where: str) -> Any:
    expected: list[str] = []
    records = [alternative for alternative in alternatives if dataclasses.is_dataclass(alternative)]
    for alternative in records if records and isinstance(value, Mapping) else alternatives:
        if alternative is type(None):
            continue
        complaints: list[str] = []
        try:
            read_value = _read_field(alternative, value, where, complaints)
        except _WrongTypeError as wrong:
            expected.extend(complaints or [str(wrong)])
        else:
            if not complaints:
                return read_value
            expected.extend(complaints)
    raise _WrongTypeError("; or ".join(expected))


def _read_choice(choices: tuple[Any, ...], value: object) -> Any:
    if value in choices:
        return value
    near = difflib.get_close_matches(str(value), [str(choice) for choice in choices], 1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    raise _WrongTypeError(f"expected one of {', '.join(map(str, choices))}, got {_described(value)}{hint}")


def _read_list(item_type: Any, value: object, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _WrongTypeError(f"expected a list, got {_described(value)}")
    return tuple(_read_field(item_type, item, f"{where}[{i}]", []) for i, item in enumerate(value))


def _read_map(item_type: Any, value: object, where: str) -> dict[str, Any]:
    if value in ([], ()):  # An empty Lua table, again.
        return {}
    if not isinstance(value, Mapping):
        raise _WrongTypeError(f"expected an object, got {_described(value)}")
    return {str(key): _read_field(item_type, item, f"{where}.{key}", []) for key, item in value.items()}


_NAMES: dict[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _read_plain(expected: type, value: object) -> Any:
    # Python calls True a number, JSON does not; and some clients send every number as a float.
    if expected is not bool and isinstance(value, bool):
        raise _WrongTypeError(f"expected {_NAMES[expected]}, got {_described(value)}")
    if expected is float and isinstance(value, int):
        return float(value)
    if expected is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, expected):
        raise _WrongTypeError(f"expected {_NAMES[expected]}, got {_described(value)}")
    return value


def _check_bound(value: Any, field: "dataclasses.Field[Any]") -> None:
    if not isinstance(value, int | float):
        return
    least, most = field.metadata.get(AT_LEAST), field.metadata.get(AT_MOST)
    if least is not None and value < least:
        raise _WrongTypeError(f"must be at least {least}, got {value}")
    if most is not None and value > most:
        raise _WrongTypeError(f"must be at most {most}, got {value}")


def _is_required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    by_folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(key.replace("_", "").lower(), by_folded, 1, cutoff=0.5)
    return f"; did you mean `{by_folded[near[0]]}`?" if near else f"; known: {', '.join(known)}"


def _described(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _shown(path: str) -> str:
    return path or "argument"
