"""Messages read back from JSON by a client, which knows what it expects and ignores what it does not."""

from typing import TypeVar

import cattrs

from alphacode_server.protocol.messages import EVENT_TYPES, JobEvent

Message = TypeVar("Message")


def decode(data: object, kind: type[Message]) -> Message:
    """Raises ValueError, naming the field, on data that do not fit."""
    try:
        return _CONVERTER.structure(data, kind)
    except cattrs.BaseValidationError as error:
        raise ValueError("; ".join(cattrs.transform_error(error)[:3])) from error


def decode_event(kind: str, data: object) -> JobEvent | None:
    """The event, or None where its type is unknown. Raises ValueError, naming the field, on data that do not fit."""
    event_type = EVENT_TYPES.get(kind)
    if event_type is None:
        return None
    try:
        return decode(data, event_type)
    except ValueError as error:
        raise ValueError(f"{kind}: {error}") from error


def _exactly(value: object, kind: type[Message]) -> Message:
    # bool is a subclass of int, and the converter's own hooks would turn anything into a string.
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")
    return value


_CONVERTER = cattrs.Converter()
for _kind in (str, int, bool):
    _CONVERTER.register_structure_hook(_kind, _exactly)
_CONVERTER.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
