"""A document is saved: what is known about it is read again, and its examples run where the user wants that."""

from lsprotocol import types

from alphacode_lsp.features.documents import refresh_named
from alphacode_lsp.features.run_examples import TestArguments, start
from alphacode_lsp.server import AlphaCodeServer


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        refresh_named(server, uri)
        document, binding = server.document(uri), server.session.bindings.get(uri)
        is_program = document is not None and document.language is not None
        if is_program and binding is not None and server.session.settings_for(uri).tests.run_on_save:
            start(server, TestArguments(uri), is_quiet=True)
