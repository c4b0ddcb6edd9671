"""`workspace/textDocumentContent`: the editor asks for the text of a document under our scheme."""

import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp.server import SCHEME, AlphaCodeServer

logger = logging.getLogger(__name__)


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
    async def content(params: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
        text = server.session.texts.get(params.uri)
        if text is None:
            message = f"{params.uri} was shown in an earlier session; open it again from the candidates"
            raise JsonRpcException(message, code=types.LSPErrorCodes.RequestFailed)
        return types.TextDocumentContentResult(text=text)


async def announce(server: AlphaCodeServer) -> None:
    """Tell an editor that has virtual documents which scheme is ours. pygls advertises nothing for it."""
    if not server.session.support.text_document_content:
        return
    options = types.TextDocumentContentRegistrationOptions(schemes=[SCHEME])
    registration = types.Registration("alphacode-content", types.WORKSPACE_TEXT_DOCUMENT_CONTENT, options)
    try:
        await server.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        logger.info("the editor takes no virtual documents: %s", error)
