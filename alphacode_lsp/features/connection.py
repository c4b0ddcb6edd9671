"""The connection as the editor shows it, and `alphacode.reconnect`. Nothing here interrupts its user with a message.

An extension of ours gets `alphacode/status`, an editor that declares `serverStatusNotification` gets rust-analyzer's
`experimental/serverStatus`. For these the backend is watched; for all others it is asked when it is needed.
"""

import asyncio
import importlib
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from alphacode_lsp.commands import read_arguments
from alphacode_lsp.progress import Progress
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.protocol.errors import BackendError
from alphacode_server.protocol.situation import BackendState, Situation

_KINDS = {
    BackendState.UNCONFIGURED: "Inactive",
    BackendState.CONNECTING: "Normal",
    BackendState.READY: "Normal",
    BackendState.BUSY: "Normal",
    BackendState.UNAUTHORIZED: "Error",
    BackendState.INCOMPATIBLE: "Error",
    BackendState.DOWN: "Warning",
}
_HEALTH = {"Normal": "ok", "Inactive": "ok", "Warning": "warning", "Error": "error"}
_TITLES = {
    BackendState.UNCONFIGURED: "Not configured",
    BackendState.CONNECTING: "Connecting",
    BackendState.READY: "Ready",
    BackendState.BUSY: "Busy",
    BackendState.UNAUTHORIZED: "Unauthorized",
    BackendState.INCOMPATIBLE: "Incompatible",
    BackendState.DOWN: "Backend down",
}


@dataclass(frozen=True, slots=True)
class ReconnectArguments:
    """With `wait` the answer says how it went, and no message does."""

    wait: bool = False


def register(server: AlphaCodeServer) -> None:
    server.backend.on_change = lambda: show_situation(server)

    @server.command("alphacode.reconnect")
    async def reconnect(*arguments: Any) -> dict[str, object]:
        """Try now, start a local backend where one may be started, and say in one message how it went."""
        asked = read_arguments(ReconnectArguments, "alphacode.reconnect", arguments)
        await server.settle()
        if asked.wait:
            await _reconnect(server)
        else:
            server.background(_reconnected_aloud(server))
        return describe(server.backend.situation)


async def watch(server: AlphaCodeServer) -> None:
    """Show the state from the start to editors that have a place for it."""
    if server.session.support.server_status or server.session.settings.custom_messages:
        # Loading the HTTP library takes long enough for typing to stutter.
        await asyncio.to_thread(importlib.import_module, "alphacode_server.protocol.client")
        await server.backend.watch()


def describe(situation: Situation) -> dict[str, object]:
    """For people and for programs; `command` is the one that mends it."""
    return {
        "state": situation.state,
        "kind": _KINDS[situation.state],
        "busy": situation.state in (BackendState.BUSY, BackendState.CONNECTING),
        "message": f"{_TITLES[situation.state]}: {situation.message}",
        "remedy": situation.remedy,
        "command": _command(situation.state),
    }


def show_situation(server: AlphaCodeServer) -> None:
    shown = describe(server.backend.situation)
    server.tell("alphacode/status", shown)
    if server.session.support.server_status and not server.session.shutting_down:
        message = f"{shown['message']}. {shown['remedy']}" if shown["remedy"] else shown["message"]
        health = _HEALTH[str(shown["kind"])]
        server.protocol.notify(
            "experimental/serverStatus", {"health": health, "quiescent": not shown["busy"], "message": message}
        )


def _command(state: BackendState) -> dict[str, object] | None:
    match state:
        case BackendState.READY | BackendState.BUSY | BackendState.CONNECTING:
            return None
        case BackendState.DOWN:
            return {"title": "Try again", "command": "alphacode.reconnect", "arguments": []}
        case _:
            return {"title": "What to do", "command": "alphacode.doctor", "arguments": []}


async def _reconnected_aloud(server: AlphaCodeServer) -> None:
    kind, text = await _reconnect(server)
    server.say(kind, f"AlphaCode: {text}")


async def _reconnect(server: AlphaCodeServer) -> tuple[types.MessageType, str]:
    """How it went, for its user."""
    backend, task = server.backend, asyncio.current_task()

    def cancel() -> None:
        if task is not None:
            task.cancel()

    backend.look_afresh()
    progress = Progress(server, on_cancel=cancel)
    kind, text = types.MessageType.Info, "not connected"
    try:
        await progress.begin("AlphaCode: connecting", backend.settings.url, with_percent=False)
        await backend.connect(
            announce=lambda message: server.say(types.MessageType.Info, message), report=progress.report
        )
        text = f"connected to {backend.settings.url}, {backend.situation.message}"
    except BackendError as error:
        remedy = backend.situation.remedy
        kind, text = (
            types.MessageType.Error,
            f"{backend.explain(error)}. {remedy}" if remedy else backend.explain(error),
        )
    finally:
        progress.end(text)
    return kind, text
