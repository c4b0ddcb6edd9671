"""Texts that are shown but are nobody's file: candidates, differences, reports.

An editor that asks for contents by `workspace/textDocumentContent` gets them under the scheme `alphacode`; any other
opens a read-only file in the user's cache folder.
"""

import logging
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.uris import to_fs_path

from alphacode_lsp.server import SCHEME, AlphaCodeServer

logger = logging.getLogger(__name__)

_KEPT_TEXTS = 200
_KEPT_S = 7 * 24 * 3600
"""How long a file stays in the cache folder after it was last written."""


def put(server: AlphaCodeServer, name: str, text: str) -> str:
    """Make a text ready to be shown and return its URI. `name` is a relative path whose ending says what it holds.

    Raises JsonRpcInternalError, whose text is for the user, where the cache folder cannot be written to.
    """
    if not server.session.support.text_document_content:
        try:
            return _write(server.shown_dir / name, text).as_uri()
        except OSError as error:
            message = (
                f"AlphaCode cannot show this: {error.filename or server.shown_dir} cannot be written: {error.strerror}"
            )
            raise JsonRpcInternalError(message) from error
    uri = f"{SCHEME}:/{quote(name)}"
    texts = server.session.texts
    has_changed = texts.pop(uri, text) != text
    texts[uri] = text
    for oldest in list(texts)[:-_KEPT_TEXTS]:
        del texts[oldest]
        server.session.previews.pop(oldest, None)
    if has_changed:
        server.background(_refresh(server, uri))
    return uri


def show(server: AlphaCodeServer, uri: str, line: int | None = None) -> bool:
    """Have the editor open a document, at a line; False where it cannot, and then a message says where the text is."""
    if server.session.support.show_document:
        # Not awaited: the command that asked for it must answer first in editors that do one thing at a time.
        server.background(_show(server, uri, line))
        return True
    server.say(types.MessageType.Info, f"AlphaCode: it is in {to_fs_path(uri) or uri}")
    return False


async def _show(server: AlphaCodeServer, uri: str, line: int | None) -> None:
    start = types.Position(line=line or 0, character=0)
    selection = types.Range(start=start, end=start) if line is not None else None
    try:
        params = types.ShowDocumentParams(uri=uri, take_focus=True, selection=selection)
        await server.window_show_document_async(params)
    except JsonRpcException as error:
        logger.info("the editor did not show %s: %s", uri, error)


async def _refresh(server: AlphaCodeServer, uri: str) -> None:
    with suppress(JsonRpcException):
        await server.workspace_text_document_content_refresh_async(types.TextDocumentContentRefreshParams(uri=uri))


def _write(path: Path, text: str) -> Path:
    if not path.parent.is_dir():
        _tidy(path.parent.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.write_text(text, encoding="utf-8", errors="replace", newline="")
    fresh.chmod(0o444)
    fresh.replace(path)
    return path


def _tidy(folder: Path) -> None:
    """Remove what was shown long ago."""
    oldest = time.time() - _KEPT_S
    for path in folder.glob("*/*"):
        with suppress(OSError):  # Another editor may tidy at the same time.
            if path.stat().st_mtime < oldest:
                path.unlink()
    for path in folder.glob("*"):
        with suppress(OSError):  # It is not empty.
            path.rmdir()
