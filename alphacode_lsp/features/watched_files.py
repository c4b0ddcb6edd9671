"""Statements and cases that change on disk, under an editor that was asked to tell."""

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp.features.documents import refresh_all
from alphacode_lsp.server import AlphaCodeServer

logger = logging.getLogger(__name__)

PATTERNS = ("**/*.{md,txt,html,tex,in,out,ans,testcases}", "**/.cph/*.prob", "**/.alphacode/*.json")


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed(params: types.DidChangeWatchedFilesParams) -> None:
        # What changed may be the statement or a case of any document: which, the bindings find out.
        refresh_all(server)


async def watch_files(server: AlphaCodeServer) -> None:
    """Ask the editor to tell, where it can be asked."""
    if not server.session.support.registers_watched_files:
        return
    watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in PATTERNS]
    registration = types.Registration(
        id="alphacode-files",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers),
    )
    try:
        await server.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
    except JsonRpcException as error:
        logger.info("the editor does not tell of changed files: %s", error)
