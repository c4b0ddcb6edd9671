"""`alphacode.companion`: problems from the browser extension Competitive Companion, as files in the user's folder.

What listens and writes is imported when it is needed: few sessions do, and each would start later.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lsprotocol import types
from pygls.uris import to_fs_path

from alphacode_lsp.commands import read_arguments
from alphacode_lsp.progress import Progress
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_lsp.session import Receiving
from alphacode_lsp.virtual_documents import show
from alphacode_sandbox import LANGUAGES
from alphacode_server.problem.statement_file import line_to_paste_at

if TYPE_CHECKING:
    from alphacode_server.companion import Delivery, Imported, SourceTemplate, State


@dataclass(frozen=True, slots=True)
class CompanionArguments:
    """`receive` waits for one problem or contest, `start` for all that come until `stop`.

    The files go beside the document `uri`, or into the folder that it is; without it, into the workspace's folder.
    """

    action: Literal["receive", "start", "stop", "status"]
    uri: str = ""


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.companion")
    async def companion(*arguments: Any) -> dict[str, object]:
        await server.settle()
        asked = read_arguments(CompanionArguments, "alphacode.companion", arguments)
        if asked.action == "stop":
            _stop(server)
        elif asked.action != "status":
            is_once = asked.action == "receive" and (server.session.receiving is None or server.session.receiving.once)
            _start(server, Receiving(is_once, asked.uri, is_asked=True))
        return status(server)


def status(server: AlphaCodeServer) -> dict[str, object]:
    receiving = server.session.receiving
    if receiving is None:
        return {"receiving": False, "once": False, "port": None, "text": "not listening"}
    return {"receiving": True, "once": receiving.once, "port": receiving.port, "text": receiving.text}


def follow_mode(server: AlphaCodeServer) -> None:
    """Listen or not as `companion.mode` says, and where, when it is first known and whenever it changes."""
    session = server.session
    companion = session.settings.companion
    mode, known = companion.mode, session.followed
    session.followed = (mode, companion.port)
    if session.followed == known:
        return
    if mode != "off":
        _start(server, Receiving(once=mode == "once", uri="", is_asked=False))
    elif session.receiving is not None and not session.receiving.is_asked:
        _stop(server)


def _start(server: AlphaCodeServer, receiving: Receiving) -> None:
    """Of several windows the one that asked last gets what comes, so to ask again is to start again."""
    before = server.session.receiving
    if before is not None and before.task is not None:
        before.task.cancel()
    server.session.receiving = receiving
    receiving.task = server.background(_receive(server, receiving, before.task if before else None))


def _stop(server: AlphaCodeServer) -> None:
    receiving = server.session.receiving
    server.session.receiving = None
    if receiving is not None and receiving.task is not None:
        receiving.task.cancel()


async def _receive(server: AlphaCodeServer, receiving: Receiving, before: "asyncio.Task[None] | None") -> None:
    from alphacode_server.companion import AUTO_PORTS, deliveries

    if before is not None:
        await asyncio.wait([before])  # Its port must be free.
    progress = Progress(server, on_cancel=lambda: _stop(server) if server.session.receiving is receiving else None)

    def take(state: "State") -> None:
        receiving.port, receiving.text = state.port, state.words
        progress.report(state.words)
        if receiving.is_asked and not server.session.support.progress:
            server.say(types.MessageType.Info, f"AlphaCode: {state.words}.")

    port = server.session.settings.companion.port
    text = "Stopped"
    try:
        if receiving.is_asked:
            await progress.begin("AlphaCode: waiting for Competitive Companion", receiving.text, with_percent=False)
        ports = AUTO_PORTS if port == "auto" else (port,)
        async with aclosing(deliveries(server.state_dir, ports, take)) as arriving:
            async for delivery in arriving:
                text = f"{len(delivery)} received" if len(delivery) > 1 else delivery[0].payload.name
                if receiving.once:
                    # The files may have to wait for an answer of the user's; the port need not.
                    server.background(_import(server, receiving, delivery))
                    break
                await _import(server, receiving, delivery)
    except OSError as error:
        server.say(types.MessageType.Error, f"AlphaCode cannot listen for Competitive Companion: {error}")
    finally:
        progress.end(text)
        if server.session.receiving is receiving:
            server.session.receiving = None


async def _import(server: AlphaCodeServer, receiving: Receiving, delivery: "Delivery") -> None:
    from alphacode_server.companion import ImportFailed, import_problems

    folder = await _folder(server, receiving.uri, delivery)
    if folder is None:
        names = ", ".join(received.payload.name for received in delivery[:3])
        server.say(types.MessageType.Warning, f"AlphaCode: {names} came from Companion, and there is no folder for it.")
        return
    try:
        problems = import_problems(delivery, folder, _template(server, folder))
    except ImportFailed as error:
        server.say(types.MessageType.Error, f"AlphaCode: what came from Companion cannot be written: {error}")
        return
    _show(server, problems, delivery)


def _show(server: AlphaCodeServer, problems: "tuple[Imported, ...]", delivery: "Delivery") -> None:
    for problem in problems:
        if problem.source in problem.written:
            # A template is nobody's own work, so a candidate may replace it without a question.
            server.session.known_programs.add(problem.source.read_text(encoding="utf-8"))
    first = problems[0]
    batch = delivery[0].payload.batch
    missing = f"; {batch.size - len(delivery)} more never came" if batch and batch.size > len(delivery) else ""
    what = first.name if len(problems) == 1 else f"{len(problems)} problems into {first.statement.parent.name}"
    is_new = any(problem.written for problem in problems)
    state = "paste the statement below `## Statement`" if is_new else "all its files are there already"
    server.say(types.MessageType.Info, f"AlphaCode: received {what}{missing}; {state}.")
    show(server, first.statement.as_uri(), line_to_paste_at(first.statement.read_text(encoding="utf-8")))


async def _folder(server: AlphaCodeServer, uri: str, delivery: "Delivery") -> Path | None:
    """Where the files go: what was asked for, else the only workspace folder, else what the user says."""
    if (named := _named_folder(uri)) is not None:
        return named
    folders = server.workspace_folders()
    if len(folders) < 2:
        return folders[0] if folders else None
    by_name = {str(folder): folder for folder in folders}
    question = f"AlphaCode: where should {delivery[0].payload.name} go?"
    try:
        return by_name.get(await server.ask(types.MessageType.Info, question, tuple(by_name)) or "")
    except CannotAskError:
        return folders[0]


def _named_folder(uri: str) -> Path | None:
    named = to_fs_path(uri) if uri else None
    path = Path(named) if named else None
    return path if path is None or path.is_dir() else path.parent


def _template(server: AlphaCodeServer, folder: Path) -> "SourceTemplate":
    """The first template of a known language that can be read; else a few lines in the language that is solved in."""
    from alphacode_server.companion import SourceTemplate

    settings = server.session.settings_for(folder.as_uri())
    base = server.folder_of(folder.as_uri()) or folder
    for language, file in settings.companion.template.items():
        try:
            if language not in LANGUAGES:
                raise ValueError(f"{language} is none of the languages {', '.join(LANGUAGES)}")
            return SourceTemplate(language, (base / Path(file).expanduser()).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            server.say(types.MessageType.Warning, f"AlphaCode: `alphacode.companion.template`: {error}.")
    language = settings.solve.language
    return SourceTemplate("cpp" if language in ("auto", "both") else language)
