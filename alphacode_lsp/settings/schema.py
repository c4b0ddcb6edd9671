"""The definition of the settings in other words: JSON schema, VS Code's manifest, a page of documentation."""

import dataclasses
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from alphacode_lsp import records
from alphacode_lsp.settings.definition import ExtensionSettings, Settings
from alphacode_lsp.settings.setting import MEANING, SCOPE

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as others need it."""

    key: str
    """With the section: `alphacode.solve.samples`."""
    scope: str
    meaning: str
    default: Any
    type: JsonObject
    """What it accepts, in JSON schema's words."""


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together."""

    title: str
    meaning: str
    entries: tuple[Entry, ...]


def sections(*definitions: type[Any]) -> tuple[Section, ...]:
    """Those of the definitions, in their order; settings of none come first."""
    found: list[Section] = []
    for definition in definitions:
        annotations = typing.get_type_hints(definition)
        own = Section("AlphaCode", "", tuple(_entries(definition, "alphacode")))
        found += [own] if own.entries else []
        for field in dataclasses.fields(definition):
            cls = annotations[field.name]
            if isinstance(cls, type) and dataclasses.is_dataclass(cls):
                key = records.camel_case(field.name)
                meaning = (cls.__doc__ or "").strip()
                found.append(Section(_titled(field.name), meaning, tuple(_entries(cls, f"alphacode.{key}"))))
    return tuple(found)


def json_schema() -> JsonObject:
    """Of the object that an editor sends: its start options, or its section `alphacode`."""
    schema: JsonObject = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "AlphaCode",
        "type": "object",
        "additionalProperties": False,
        "properties": {},
    }
    for section in sections(Settings):
        for entry in section.entries:
            *parents, last = entry.key.removeprefix("alphacode.").split(".")
            properties = schema["properties"]
            for parent in parents:
                inner = properties.setdefault(
                    parent,
                    {"type": "object", "description": section.meaning, "additionalProperties": False, "properties": {}},
                )
                properties = inner["properties"]
            properties[last] = {"description": entry.meaning, "default": entry.default, **entry.type}
    return schema


def manifest() -> list[JsonObject]:
    """VS Code's `contributes.configuration`, with the settings of its extension."""
    return [
        {
            "title": section.title,
            "properties": {
                entry.key: {
                    **entry.type,
                    "default": entry.default,
                    "scope": entry.scope,
                    "markdownDescription": entry.meaning,
                }
                for entry in section.entries
            },
        }
        for section in sections(Settings, ExtensionSettings)
    ]


def page() -> str:
    """`docs/settings.md`."""
    parts = [_PREFACE]
    for section in sections(Settings, ExtensionSettings):
        parts.append(f"## {section.title}\n\n{section.meaning}".rstrip())
        rows = [
            f"| `{entry.key}` | {_accepted(entry)} | {entry.scope} | {entry.meaning} |" for entry in section.entries
        ]
        parts.append(
            "\n".join(["| setting | accepts, **default** | scope | meaning |", "| --- | --- | --- | --- |", *rows])
        )
    return "\n\n".join(parts) + "\n"


_PREFACE = """# Settings

Every editor sends the same section, `alphacode`: as start options, as its configuration, or both; the configuration
wins. A change takes effect at once. A key that does not exist or a value that does not fit is said in a message with
the nearest right one, and the default is used. `alphacode print-config --json` prints this page as a JSON schema.

The scope is VS Code's word for who may set something: `machine` the user alone, so that no folder that is opened can
redirect anything; `machine-overridable` also folders that the user trusts; `window` also a workspace; `resource` also
one folder of it. Other editors answer for each folder, or have one configuration for all.

Secrets are no settings: the token of a backend is stored by `alphacode login URL`, or comes from the environment's
`ALPHACODE_TOKEN`, from `backend.tokenFile` or from `backend.tokenCommand`.

This page is generated from `alphacode_lsp/settings/definition.py` by `make settings`."""


def _entries(cls: type[Any], path: str) -> Iterator[Entry]:
    annotations = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if MEANING not in field.metadata:
            continue
        default = field.default_factory() if callable(field.default_factory) else field.default
        schema = _type(annotations[field.name])
        bounds = {"minimum": field.metadata[records.AT_LEAST], "maximum": field.metadata[records.AT_MOST]}
        schema |= {name: bound for name, bound in bounds.items() if bound is not None}
        yield Entry(
            key=f"{path}.{records.camel_case(field.name)}",
            scope=field.metadata[SCOPE],
            meaning=field.metadata[MEANING],
            default=[*default] if isinstance(default, tuple) else default,
            type=schema,
        )


_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _type(annotation: Any) -> JsonObject:
    arguments = typing.get_args(annotation)
    match typing.get_origin(annotation):
        case types.UnionType | typing.Union:
            return {"anyOf": [_type(alternative) for alternative in arguments]}
        case origin if origin is Literal:
            return {"type": "string", "enum": [*arguments]}
        case origin if origin is tuple:
            return {"type": "array", "items": _type(arguments[0])}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": _type(arguments[1])}
        case _:
            return {"type": _PLAIN[annotation]}


def _accepted(entry: Entry) -> str:
    """`integer from 1 to 10, **10**`."""
    bounds = "".join(f" {word} {entry.type[name]}" for name, word in _BOUNDS.items() if name in entry.type)
    default = _shown(entry.default)
    if choices := entry.type.get("enum"):
        return ", ".join(f"**`{choice}`**" if choice == entry.default else f"`{choice}`" for choice in choices)
    return f"{_words(entry.type)}{bounds}, **{default}**"


_BOUNDS = {"minimum": "from", "maximum": "to"}


def _words(schema: JsonObject) -> str:
    if "anyOf" in schema:
        return " or ".join(_words(alternative) for alternative in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{choice}`" for choice in schema["enum"])
    match schema["type"]:
        case "array":
            return f"list of {_words(schema['items'])}s"
        case "object":
            return f"object of {_words(schema['additionalProperties'])}s"
        case plain:
            return str(plain)


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default in ("", [], {}):
        return "empty"
    return f"`{default}`"


def _titled(name: str) -> str:
    return {"ui": "Interface"}.get(name, name.replace("_", " ").capitalize())
