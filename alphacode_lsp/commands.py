"""Reading the one object that each command takes. What does not fit is refused with a sentence about the field."""

from typing import Any, TypeVar

from pygls.exceptions import JsonRpcInvalidParams

from alphacode_lsp import records

Arguments = TypeVar("Arguments")


def read_arguments(cls: type[Arguments], command: str, arguments: tuple[Any, ...]) -> Arguments:
    """Raises JsonRpcInvalidParams."""
    if len(arguments) > 1:
        raise JsonRpcInvalidParams(f"{command} takes one object, got {len(arguments)} arguments")
    value = arguments[0] if arguments and arguments[0] is not None else {}
    record, complaints = records.read(cls, value)
    if record is None or complaints:
        known = ", ".join(records.keys(cls)) or "none"
        raise JsonRpcInvalidParams(f"{command}: {'; '.join(complaints)} (fields: {known})")
    return record
