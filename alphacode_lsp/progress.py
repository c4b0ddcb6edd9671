"""Server-created progress: a fresh token each, percentages that never go back, at most four reports a second."""

import asyncio
import logging
import uuid
from collections.abc import Callable

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

logger = logging.getLogger(__name__)

INTERVAL_S = 0.25
_CREATE_TIMEOUT_S = 5.0


class Progress:
    """One piece of work in the editor's progress display; silent where the editor has none.

    A report that comes too soon after another is held back and sent when its time has come, unless a newer one
    replaces it.
    """

    def __init__(self, server: LanguageServer, on_cancel: Callable[[], None]) -> None:
        self._server = server
        self._on_cancel = on_cancel
        self._token: str | None = None
        self._percent = 0
        self._next_at = 0.0
        self._held: tuple[str, int | None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self, title: str, message: str, with_percent: bool) -> None:
        if (
            not self._server.client_capabilities.window
            or not self._server.client_capabilities.window.work_done_progress
        ):
            return
        token = str(uuid.uuid4())
        try:
            async with asyncio.timeout(_CREATE_TIMEOUT_S):
                await self._server.work_done_progress.create_async(token)
        except (JsonRpcException, TimeoutError) as error:
            logger.info("the editor shows no progress: %s", error or "no answer")
            return
        self._token = token
        # The spec lets a client cancel a server's token whatever `cancellable` says.
        self._server.work_done_progress.tokens[token].add_done_callback(
            lambda future: self._on_cancel() if future.cancelled() else None
        )
        percentage = 0 if with_percent else None
        self._server.work_done_progress.begin(
            token, types.WorkDoneProgressBegin(title=title, message=message, percentage=percentage, cancellable=True)
        )
        self._next_at = asyncio.get_running_loop().time() + INTERVAL_S

    def report(self, message: str, percent: int | None = None) -> None:
        if self._token is None:
            return
        self._held = (message, percent)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(self._next_at, loop.time()), self._send)

    def end(self, message: str) -> None:
        token, self._token = self._token, None
        if self._timer is not None:
            self._timer.cancel()
        if token is not None:
            self._server.work_done_progress.end(token, types.WorkDoneProgressEnd(message=message))
            # pygls never drops a token by itself.
            self._server.work_done_progress.tokens.pop(token, None)

    def _send(self) -> None:
        self._timer = None
        if self._token is None or self._held is None:
            return
        message, percent = self._held
        self._held = None
        self._next_at = asyncio.get_running_loop().time() + INTERVAL_S
        if percent is not None:
            self._percent = percent = max(self._percent, percent)
        self._server.work_done_progress.report(
            self._token, types.WorkDoneProgressReport(message=message, percentage=percent, cancellable=True)
        )
