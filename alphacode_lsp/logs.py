"""Logging to standard error or a file, never to standard output, and never with what the editor sent at its start."""

import logging
import sys
from pathlib import Path

from pygls.exceptions import JsonRpcException

LEVELS = ("debug", "info", "warning", "error")


def configure(level: str, file: Path | None) -> None:
    handler: logging.Handler
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(tidy)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # At INFO these log every message's body, the start options with whatever secrets they hold, and every request.
    for chatty in ("pygls", "httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def tidy(record: logging.LogRecord) -> bool:
    """Drop the start options, and the tracebacks of requests that were refused on purpose."""
    if "Language server initialized" in record.msg:
        record.msg, record.args = "Language server initialized", ()
    if record.exc_info and isinstance(record.exc_info[1], JsonRpcException):
        record.msg, record.args = "%s: %s", (record.getMessage(), record.exc_info[1].message)
        record.exc_info = None
    return True
