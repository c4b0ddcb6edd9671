"""A hint behind the first line of a source: how its examples last ended. Off unless it is asked for."""

from lsprotocol import types

from alphacode_lsp.buffers import lines_of
from alphacode_lsp.runs import Run
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import view_of


def hint_text(run: Run, text: str, ascii_only: bool) -> str:
    """`AC 3/3 · 12 ms`; a question mark where the text is not what was run any more."""
    separator = ", " if ascii_only else " · "
    parts = [f"{run.verdict} {run.passed}/{len(run.cases)}"]
    if run.judgement.cases:
        parts.append(f"{max(case.run.cpu_s for case in run.judgement.cases) * 1000:.0f} ms")
    return separator.join(parts) + ("?" if run.is_stale(text) else "")


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        await server.settle()
        uri = params.text_document.uri
        settings = server.session.settings_for(uri)
        view = view_of(server, uri) if settings.inlay_hints.enabled and params.range.start.line == 0 else None
        if view is None or view.run is None:
            return []
        lines = lines_of(view.document.text)
        end = server.client_range(lines, (0, len(lines[0])), (0, len(lines[0]))).end
        label = hint_text(view.run, view.document.text, settings.ui.ascii)
        return [types.InlayHint(position=end, label=label, padding_left=True)]
