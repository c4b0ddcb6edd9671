"""Messages as JSON. Reading them back is the client's and the service's work, each with the library it has."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from alphacode_server.protocol.messages import JobEvent


def encode(event: JobEvent) -> dict[str, object]:
    """The data of an event; its type travels beside it."""
    return {field.name.removesuffix("_"): to_json(getattr(event, field.name)) for field in fields(event)}


def to_json(value: object) -> object:
    """Dataclasses as objects whose keys are the field names without a trailing underscore, tuples as lists."""
    if is_dataclass(value):
        return {field.name.removesuffix("_"): to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value
