"""The session's start and end, and the user's settings: from the start options, asked for, and changed live."""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from alphacode_lsp import logs
from alphacode_lsp.client_support import support_of
from alphacode_lsp.features.companion import follow_mode
from alphacode_lsp.features.connection import watch
from alphacode_lsp.features.documents import refresh_sources
from alphacode_lsp.features.virtual_text import announce
from alphacode_lsp.features.watched_files import watch_files
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.settings import parse_settings

logger = logging.getLogger(__name__)


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.INITIALIZE)
    async def initialize(params: types.InitializeParams) -> None:
        session = server.session
        session.support = support_of(params.capabilities)
        session.initial_options = params.initialization_options
        session.settings, _ = parse_settings(params.initialization_options)
        info = params.client_info
        session.client_name = f"{info.name} {info.version or ''}".strip() if info else ""
        server.backend.clients.editor = session.client_name
        _end_on_signals(server)
        # pygls advertises the commands that are registered when this handler returns. Where the editor's own
        # extension owns their ids, advertising them would make its client register them a second time.
        if not session.settings.commands_in_client:
            server.register_commands()

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        if server.session.settings.commands_in_client:
            server.register_commands()
        await take_settings(server, None)
        server.session.settled.set()
        server.background(watch_files(server))
        if server.session.support.registers_configuration:
            server.background(_watch_settings(server))
        server.background(announce(server))
        server.background(watch(server))

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: types.DidChangeConfigurationParams) -> None:
        await take_settings(server, params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await take_settings(server, None)

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.aclose()


def _end_on_signals(server: AlphaCodeServer) -> None:
    """Clean up before a polite kill ends the process: by default nothing would stop what was started."""

    async def end() -> None:
        await server.aclose()
        # A thread waits for standard input and would keep the process alive.
        os._exit(1)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError):  # Not on this platform, or not in the main thread.
            loop.add_signal_handler(number, lambda: server.background(end()))


async def take_settings(server: AlphaCodeServer, pushed: object) -> None:
    """Read the settings again and say what is wrong with them, once per wrong thing."""
    session = server.session
    folders = tuple(server.workspace.folders)
    if session.support.configuration:
        configured, *of_folders = await _pull(server, folders)
    else:
        configured, of_folders = _section(pushed), []
    settings, complaints = parse_settings(session.initial_options, configured)
    if settings.log_level != session.log_level:
        # Until the user says something else, the command line's word holds.
        session.log_level = settings.log_level
        logs.set_level(settings.log_level)
    session.settings = settings
    session.folder_settings.clear()
    for folder, section in zip(folders, of_folders, strict=False):
        parsed, more = parse_settings(session.initial_options, section)
        complaints += more
        if path := to_fs_path(folder):
            session.folder_settings[Path(path)] = parsed
    server.backend.configure(session.settings.backend)
    session.complaints = tuple(dict.fromkeys(complaints))
    for complaint in session.complaints:
        if complaint not in session.reported_settings:
            session.reported_settings.add(complaint)
            server.say(types.MessageType.Warning, f"AlphaCode settings: {complaint}. The default is used.")
    refresh_sources(server)
    server.refresh()
    follow_mode(server)


async def _pull(server: AlphaCodeServer, folders: Sequence[str]) -> Sequence[object]:
    """The section as it holds everywhere, and in each folder where the editor says so much."""
    items = [types.ConfigurationItem(scope_uri=uri, section="alphacode") for uri in (None, *folders)]
    try:
        answers = await server.workspace_configuration_async(types.ConfigurationParams(items=items))
    except JsonRpcException as error:
        logger.info("the editor did not answer for its settings: %s", error)
        return [None]
    return answers or [None]


async def _watch_settings(server: AlphaCodeServer) -> None:
    """Ask to be told of changes, which some editors do only then."""
    registration = types.Registration(id="alphacode-settings", method=types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    try:
        await server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
    except JsonRpcException as error:
        logger.info("the editor does not tell of changed settings: %s", error)


def _section(pushed: object) -> object:
    """Clients push either the section or an object that holds it."""
    return pushed.get("alphacode", pushed) if isinstance(pushed, dict) else pushed
