"""Lenses on the first line of a source or a statement: solve, run, and what is going on."""

from lsprotocol import types

from alphacode_lsp.features.offers import run_offer
from alphacode_lsp.features.preview_candidate import preview_offers
from alphacode_lsp.search import counted
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.view import View, view_of

_TOP = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=0, character=0))


def lenses_for(view: View, ascii_only: bool) -> list[types.CodeLens]:
    """One row: what can be done, and what is known. Nothing is reachable by lens only."""
    if view.problem is None:
        return []
    glyph = "" if ascii_only else "▶ "
    search, uri = view.search, view.document.uri
    lenses: list[types.CodeLens] = []
    if search is not None and search.is_running:
        lenses.append(_lens(f"Cancel ({search.percent}%)", "alphacode.cancel", {"job": search.job}))
    else:
        lenses.append(_lens(f"{glyph}Solve with AlphaCode", "alphacode.solve", {"uri": uri}))
    if (offer := run_offer(view)) is not None:
        runs = offer.command == "alphacode.test"
        lenses.append(_lens(f"{glyph}{offer.title}" if runs else offer.title, offer.command, offer.argument))
    if search is not None and search.candidates:
        best = search.candidates[0]
        shown = f"{counted(len(search.candidates), 'candidate')}, best {best.passed}/{best.total}"
        lenses.append(_lens(shown, "alphacode.candidates", {"uri": uri, "show": True}))
    return lenses


def register(server: AlphaCodeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        await server.settle()
        uri = params.text_document.uri
        settings = server.session.settings_for(uri)
        if not settings.code_lens.enabled:
            return []
        if server.is_shown(uri):
            return [_lens(offer.title, offer.command, offer.argument) for offer in preview_offers(server, uri)]
        view = view_of(server, uri)
        return lenses_for(view, settings.ui.ascii) if view else []


def _lens(title: str, command: str, argument: dict[str, object]) -> types.CodeLens:
    return types.CodeLens(range=_TOP, command=types.Command(title=title, command=command, arguments=[argument]))
