"""Logging to standard error or a file, never to standard output, and never with what the editor sent at its start."""

import logging
import sys
from concurrent.futures import InvalidStateError
from pathlib import Path

from pygls.exceptions import JsonRpcException

_CHATTY = ("pygls", "httpx", "httpcore", "asyncio")
"""At INFO these log every message's body, the start options with whatever secrets they hold, and every request."""


def configure(level: str, file: Path | None) -> None:
    handler: logging.Handler
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(tidy)
    logging.basicConfig(handlers=[handler], force=True)
    set_level(level)


def set_level(level: str) -> None:
    """From now on."""
    logging.getLogger().setLevel(level.upper())
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def tidy(record: logging.LogRecord) -> bool:
    """Drop the start options, the tracebacks of requests that were refused on purpose, and answers that nobody awaits.

    An editor may answer a question after the work that asked it was stopped.
    """
    if record.exc_info and isinstance(record.exc_info[1], InvalidStateError):
        return False
    if "Language server initialized" in record.msg:
        record.msg, record.args = "Language server initialized", ()
    if record.exc_info and isinstance(record.exc_info[1], JsonRpcException):
        record.msg, record.args = "%s: %s", (record.getMessage(), record.exc_info[1].message)
        record.exc_info = None
    return True
