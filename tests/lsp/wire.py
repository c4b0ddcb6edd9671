"""A language server in this process, and the messages between it and an editor, one by one."""

import asyncio
import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from pygls.io_ import run_async

from alphacode_lsp.assembly import create_server

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "resolveSupport": {"properties": ["edit"]},
            "honorsChangeAnnotations": True,
            "isPreferredSupport": True,
        }
    },
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}},
}


class RefusedError(Exception):
    """The server answered with an error."""


class Wire:
    """What an editor would see and say. The server's own requests wait in `asked` for `answer`."""

    def __init__(self, folder: Path, capabilities: Mapping[str, Any] = CAPABILITIES, options: object = None) -> None:
        environment = {"XDG_CACHE_HOME": str(folder / "cache")}
        self.server = create_server(folder / "state", environment)
        self.asked: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        """What the errors that were answered say."""
        self._folder, self._capabilities, self._options = folder, capabilities, options
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader: asyncio.StreamReader
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Wire":
        self._reader = asyncio.StreamReader(limit=1 << 26)
        self.server.protocol.set_writer(self)
        main = run_async(
            stop_event=threading.Event(),
            reader=self._reader,
            protocol=self.server.protocol,
            logger=logging.getLogger("wire"),
            error_handler=self.server.report_server_error,
        )
        self._task = asyncio.create_task(main)
        params = {
            "processId": None,
            "rootUri": self._folder.as_uri(),
            "capabilities": self._capabilities,
            "initializationOptions": self._options,
        }
        await self.ask("initialize", params)
        self.tell("initialized", {})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.aclose()
        assert self._task is not None
        self._reader.feed_eof()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    # The editor's side

    def tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    async def ask(self, method: str, params: object) -> Any:
        """Raises RefusedError."""
        number = len(self._answers) + 1
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        self._send({"id": number, "method": method, "params": params})
        async with asyncio.timeout(60):
            return await future

    async def command(self, name: str, argument: object) -> Any:
        return await self.ask("workspace/executeCommand", {"command": name, "arguments": [argument]})

    def answer(self, request: dict[str, Any], result: object) -> None:
        self.asked.remove(request)
        self._send({"id": request["id"], "result": result})

    def send_bytes(self, data: bytes) -> None:
        self._reader.feed_data(data)

    def _send(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    # The server's writer

    def write(self, data: bytes) -> None:
        message = json.loads(data.partition(b"\r\n\r\n")[2])
        if "method" not in message:
            future = self._answers.get(message.get("id"))
            if future is not None and not future.done():
                if error := message.get("error"):
                    self.refusals.append(error["message"])
                    future.set_exception(RefusedError(error["message"]))
                else:
                    future.set_result(message["result"])
        elif "id" in message:
            self.asked.append(message)
        else:
            self.told.append(message)

    def close(self) -> None:
        """Nothing is kept open."""
