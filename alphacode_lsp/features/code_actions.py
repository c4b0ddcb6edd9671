"""Code actions: candidates, what can be started or stopped, and fixes for our diagnostics. Answers from memory only."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp.buffers import Replacement, directive_line
from alphacode_lsp.choice import Choice, find_fitting
from alphacode_lsp.client_support import ClientSupport
from alphacode_lsp.edits import edit_of, workspace_edit
from alphacode_lsp.features.candidates import title_of
from alphacode_lsp.features.conflicts import conflict_fixes
from alphacode_lsp.features.create_problem import may_be_pasted
from alphacode_lsp.features.diagnostics import RUN_CODES, SOURCE
from alphacode_lsp.features.offers import Offer, case_offers, test_offers
from alphacode_lsp.features.preview_candidate import preview_offers
from alphacode_lsp.features.solve import ASK
from alphacode_lsp.search import Search, counted
from alphacode_lsp.server import AlphaCodeServer
from alphacode_lsp.settings import Settings
from alphacode_lsp.view import View, view_of
from alphacode_server.protocol import RankedCandidate

CANDIDATE = "refactor.rewrite.alphacode"
SOLVE, TEST, SHOW, CANCEL, CREATE, READ = (
    f"source.alphacode.{verb}" for verb in ("solve", "test", "show", "cancel", "create", "read")
)
QUICK_FIX = types.CodeActionKind.QuickFix.value

_TOP = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=0, character=0))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which kinds of actions a request is about."""

    only: tuple[str, ...] | None = None
    automatic: bool = False

    def includes(self, kind: str) -> bool:
        """`only` matches by hierarchy. Without it, an automatic request is for quick fixes: light bulbs annoy."""
        if self.only is not None:
            return any(not wanted or kind == wanted or kind.startswith(f"{wanted}.") for wanted in self.only)
        return kind == QUICK_FIX or not self.automatic


def actions_for(
    view: View, wanted: Wanted, diagnostics: Sequence[types.Diagnostic], settings: Settings, support: ClientSupport
) -> list[types.CodeAction]:
    """Candidates first, by rank, then commands, then fixes."""
    actions: list[types.CodeAction] = []
    if settings.code_actions.enabled:
        if wanted.includes(CANDIDATE):
            actions += candidate_actions(view, settings.apply.mode, support)
        actions += [action for action in command_actions(view, settings, support) if wanted.includes(action.kind or "")]
    if wanted.includes(QUICK_FIX):
        actions += quick_fixes(view, diagnostics, support)
    return actions


def register(server: AlphaCodeServer) -> None:
    kinds = [types.CodeActionKind.QuickFix, CANDIDATE, SOLVE, TEST, SHOW, CANCEL, CREATE, READ]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    )
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        await server.settle()
        uri, context = params.text_document.uri, params.context
        only = tuple(str(getattr(kind, "value", kind)) for kind in context.only) if context.only is not None else None
        wanted = Wanted(only, context.trigger_kind == types.CodeActionTriggerKind.Automatic)
        if server.is_shown(uri):
            return preview_actions(preview_offers(server, uri), wanted)
        session, view = server.session, view_of(server, uri)
        fixes = conflict_fixes(server, uri, context.diagnostics) if wanted.includes(QUICK_FIX) else []
        if view is None:
            return fixes
        return [*actions_for(view, wanted, context.diagnostics, session.settings_for(uri), session.support), *fixes]

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        # Neovim resolves every action that has no edit, those with a command too.
        if action.command is None and action.edit is None and isinstance(action.data, dict):
            action.edit = resolved_edit(server, action.data)
        return action


def resolved_edit(server: AlphaCodeServer, data: dict[str, object]) -> types.WorkspaceEdit:
    """The edit against the buffer as it is now. Raises a JSON-RPC error with a sentence for the user."""
    uri, rank, job, sha256 = (data.get(key) for key in ("uri", "rank", "job", "sha256"))
    if not (isinstance(uri, str) and isinstance(rank, int) and isinstance(job, str) and isinstance(sha256, str)):
        raise JsonRpcException("this action was not listed by this server", code=types.ErrorCodes.InvalidParams)
    chosen = find_fitting(server, Choice(uri, rank, job, sha256))
    view = view_of(server, uri)
    if isinstance(chosen, str) or view is None:
        reason = chosen if isinstance(chosen, str) else f"{uri} is not open"
        raise JsonRpcException(reason, code=types.LSPErrorCodes.RequestFailed)
    needs_confirmation = view.holds_own_work()
    if needs_confirmation and not server.session.support.honors_annotations:
        # The code came after the list was made; asked for again, the action asks before it replaces.
        message = "the file has changed and holds your own code now; choose the candidate again"
        raise JsonRpcException(message, code=types.LSPErrorCodes.ContentModified)
    return edit_of(server, view.document, chosen.candidate.code, needs_confirmation=needs_confirmation)


def candidate_actions(view: View, mode: str, support: ClientSupport) -> list[types.CodeAction]:
    """One action a candidate that fits the file. None is a look-alike: there are as many as there are."""
    search = view.search
    if search is None or view.is_statement:
        return []
    must_ask = view.holds_own_work() and not support.honors_annotations
    by_command = must_ask or not support.resolves_edit or mode == "newFile"
    fitting = (candidate for candidate in search.candidates if candidate.language == view.document.language)
    return [_candidate_action(candidate, search, view, support, by_command) for candidate in fitting]


def _candidate_action(
    candidate: RankedCandidate, search: Search, view: View, support: ClientSupport, by_command: bool
) -> types.CodeAction:
    title = title_of(candidate, search.counts)
    data = {"uri": view.document.uri, "rank": candidate.rank, "job": search.job, "sha256": candidate.sha256}
    passes_all = candidate.total > 0 and candidate.passed == candidate.total
    return types.CodeAction(
        title=title,
        kind=CANDIDATE,
        is_preferred=True if support.preferred_actions and candidate.rank == 1 and passes_all else None,
        command=types.Command(title=title, command="alphacode.applyCandidate", arguments=[data])
        if by_command
        else None,
        data=None if by_command else data,
        tags=[types.CodeActionTag.LlmGenerated] if support.llm_tag else None,
    )


def command_actions(view: View, settings: Settings, support: ClientSupport) -> list[types.CodeAction]:
    """Solve or cancel, run, show."""
    uri, search = view.document.uri, view.search
    actions: list[types.CodeAction] = []
    if search is not None and search.is_running:
        title = f"AlphaCode: Cancel solving ({search.counts.sampled} of {search.samples} sampled)"
        actions.append(_command_action(title, CANCEL, "alphacode.cancel", {"job": search.job}))
    else:
        title = f"AlphaCode: Solve this problem ({counted(settings.solve.samples, 'sample')})"
        action = _command_action(title, SOLVE, "alphacode.solve", {"uri": uri})
        if view.binding.trouble and support.disabled_actions:
            action.disabled = types.CodeActionDisabled(reason=view.binding.trouble)
        actions.append(action)
    actions += [_offered(offer, TEST) for offer in test_offers(view)]
    if (search is None or not search.is_running) and not view.binding.trouble:
        argument: dict[str, object] = {"uri": uri, "strategy": ASK}
        actions.append(_command_action("AlphaCode: Solve by another strategy", SOLVE, "alphacode.solve", argument))
    actions += statement_actions(view)
    if search is not None and search.candidates:
        n_candidates = len(search.candidates)
        what = f"all {n_candidates} candidates" if n_candidates > 1 else "the candidate"
        argument = {"uri": uri, "show": True}
        actions.append(_command_action(f"AlphaCode: Show {what}", SHOW, "alphacode.candidates", argument))
        actions.append(_command_action("AlphaCode: Show the report", SHOW, "alphacode.report", {"uri": uri}))
    return actions


def statement_actions(view: View) -> list[types.CodeAction]:
    """A statement that is missing can be made, and one that is there be read again."""
    argument: dict[str, object] = {"uri": view.document.uri}
    if view.is_statement:
        return [_command_action("AlphaCode: Re-read statement", READ, "alphacode.reread", argument)]
    if may_be_pasted(view):
        title = "AlphaCode: Make a file to paste the statement into"
        return [_command_action(title, CREATE, "alphacode.createProblem", argument)]
    return []


def preview_actions(offers: Sequence[Offer], wanted: Wanted) -> list[types.CodeAction]:
    """What a preview's lenses do, for editors without lenses."""
    if not wanted.includes(SHOW):
        return []
    return [_offered(offer, SHOW) for offer in offers]


def _offered(offer: Offer, kind: str) -> types.CodeAction:
    return _command_action(f"AlphaCode: {offer.title}", kind, offer.command, offer.argument)


def _command_action(title: str, kind: str, command: str, argument: dict[str, object]) -> types.CodeAction:
    return types.CodeAction(
        title=title, kind=kind, command=types.Command(title=title, command=command, arguments=[argument])
    )


def quick_fixes(view: View, diagnostics: Sequence[types.Diagnostic], support: ClientSupport) -> list[types.CodeAction]:
    """Fixes for those of our diagnostics that the request is about."""
    actions: list[types.CodeAction] = []
    for diagnostic in diagnostics:
        if diagnostic.source != SOURCE:
            continue
        if diagnostic.code == "statement-ambiguous":
            actions += [_directive_fix(view, path, diagnostic, support) for path in view.binding.association.candidates]
        elif diagnostic.code in RUN_CODES:
            fixes = [_offered(offer, QUICK_FIX) for offer in case_offers(view, diagnostic.message)]
            for fix in fixes:
                fix.diagnostics = [diagnostic]
            actions += fixes
        elif diagnostic.code == "contest-rules":
            title = "AlphaCode: The contest is over"
            fix = _command_action(title, QUICK_FIX, "alphacode.confirmContestOver", {"uri": view.document.uri})
            fix.diagnostics = [diagnostic]
            actions.append(fix)
    return actions


def _directive_fix(view: View, path: Path, diagnostic: types.Diagnostic, support: ClientSupport) -> types.CodeAction:
    """A comment that names the statement settles which one it is, in every editor and for good."""
    line = directive_line(view.document.path, path)
    replacement = Replacement(0, 0, 0, 0, line, "")
    edit = workspace_edit(support, view.document.uri, view.document.version, _TOP, replacement, False)
    return types.CodeAction(
        title=f"AlphaCode: Use {line.split(maxsplit=2)[2].strip()}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        edit=edit,
    )
