"""An editor that behaves as its capabilities say."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, LanguageClient, register_lsp_features

PROFILES = ("visual-studio-code", "neovim", "emacs")
TIMEOUT_S = 60.0


class Editor(LanguageClient):
    """What an editor with the given capabilities does with what the server sends."""

    def __init__(self) -> None:
        super().__init__(converter_factory=_converter)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answer: Callable[[str, list[str]], str | None] = lambda message, answers: None
        self.refused_edits: list[types.WorkspaceEdit] = []
        self.applied_edits: list[types.WorkspaceEdit] = []
        self.lens_refreshes = self.hint_refreshes = 0
        self.statuses: list[Any] = []
        self.server_statuses: list[Any] = []
        self.changes: list[str] = []
        self.registered: set[str] = set()
        """What the server asked to be told of, by the ids of its requests."""
        self.reported_at: list[float] = []
        self.happened = asyncio.Event()
        self.encoding = "utf-16"
        register_lsp_features(self, {method: _noticed(handler) for method, handler in FEATURES.items()})
        for method, shown in (
            ("alphacode/status", self.statuses),
            ("experimental/serverStatus", self.server_statuses),
        ):
            self.feature(method)(partial(_show_status, self, shown))

    # Time

    async def until(self, is_so: Callable[[], object], what: str = "") -> None:
        """Wait for the server to send what makes it so."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while not is_so():
                    self.happened.clear()
                    await self.happened.wait()
        except TimeoutError:
            shown = [message.message for message in self.messages]
            pytest.fail(f"not within {TIMEOUT_S} s: {what}; messages: {shown}; diagnostics: {self.diagnostics}")

    async def until_answer(self, ask: Callable[[], Awaitable[Any]], is_right: Callable[[Any], bool]) -> Any:
        """Ask again whenever something has happened, until the answer is right."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                self.happened.clear()
                answer = await ask()
                if is_right(answer):
                    return answer
                await self.happened.wait()

    async def message(self, part: str) -> types.ShowMessageParams | types.ShowMessageRequestParams:
        """The first message that holds the words, whether or not it offers answers."""

        def found() -> "types.ShowMessageParams | types.ShowMessageRequestParams | None":
            shown = (*self.messages, *self.questions)
            return next((message for message in shown if part in message.message), None)

        await self.until(found, f"message {part!r}")
        message = found()
        assert message
        return message

    async def question(self, part: str) -> types.ShowMessageRequestParams:
        await self.until(lambda: any(part in question.message for question in self.questions), f"question {part!r}")
        return next(question for question in self.questions if part in question.message)

    async def diagnostic(self, uri: str, code: str) -> types.Diagnostic:
        await self.until(lambda: code in self.codes(uri), f"diagnostic {code}")
        return next(diagnostic for diagnostic in self.diagnostics[uri] if diagnostic.code == code)

    def codes(self, uri: str) -> list[object]:
        return [diagnostic.code for diagnostic in self.diagnostics.get(uri, ())]

    # Documents

    def open(self, path: Path, text: str | None = None) -> str:
        language = {".py": "python", ".cpp": "cpp", ".java": "java", ".md": "markdown"}[path.suffix]
        return self.open_uri(path.as_uri(), path.read_text() if text is None else text, language)

    def open_uri(self, uri: str, text: str, language: str) -> str:
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def type(self, uri: str, text: str) -> None:
        """Replace the whole buffer, as one keystroke of a fast user."""
        self.texts[uri] = text
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(version=self.versions[uri], uri=uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def apply(self, edit: types.WorkspaceEdit) -> bool:
        """Apply an edit as a careful editor does: not when it was made for another version."""
        changes = dict(edit.changes or {})
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            assert self.capabilities is not None
            edits = ("workspace_edit.document_changes", "workspace_edit.resource_operations")
            assert any(_has(self.capabilities.workspace, kind) for kind in edits)
            uri, version = change.text_document.uri, change.text_document.version
            if version is not None and version != self.versions[uri]:
                self.refused_edits.append(edit)
                return False
            changes[uri] = change.edits  # type: ignore[assignment]
        for uri, edits in changes.items():
            (one,) = edits
            self.type(uri, self._edited(self.texts[uri], one.range, one.new_text))
        self.applied_edits.append(edit)
        return True

    def _edited(self, text: str, where: types.Range, new_text: str) -> str:
        lines = text.split("\n")

        def offset(position: types.Position) -> int:
            unit = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.encoding]
            codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[self.encoding]
            line = lines[position.line].encode(codec)[: position.character * unit].decode(codec)
            return sum(len(before) + 1 for before in lines[: position.line]) + len(line)

        return text[: offset(where.start)] + new_text + text[offset(where.end) :]

    # Requests

    async def command(self, name: str, argument: object = None) -> Any:
        arguments = None if argument is None else [argument]
        return await self.workspace_execute_command_async(types.ExecuteCommandParams(name, arguments))

    async def actions(
        self,
        uri: str,
        only: Sequence[str] | None = None,
        trigger: types.CodeActionTriggerKind | None = None,
        diagnostics: Sequence[types.Diagnostic] = (),
    ) -> list[types.CodeAction]:
        top = types.Range(types.Position(0, 0), types.Position(0, 0))
        context = types.CodeActionContext(list(diagnostics), only=only, trigger_kind=trigger)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), top, context)
        actions = await self.text_document_code_action_async(params)
        assert all(isinstance(action, types.CodeAction) for action in actions or ())
        return list(actions or ())  # type: ignore[arg-type]

    async def action(self, uri: str, part: str) -> types.CodeAction:
        actions = await self.actions(uri)
        found = [action for action in actions if part in action.title]
        assert found, f"no action {part!r} in {[action.title for action in actions]}"
        return found[0]

    async def choose(self, action: types.CodeAction) -> None:
        """Choose an action from the menu: resolve it where the editor does, apply its edit, run its command."""
        assert self.capabilities is not None
        if action.edit is None and _has(self.capabilities.text_document, "code_action.resolve_support"):
            action = await self.code_action_resolve_async(action)
        if action.edit is not None:
            self.apply(action.edit)
        if action.command is not None:
            arguments = action.command.arguments
            await self.workspace_execute_command_async(types.ExecuteCommandParams(action.command.command, arguments))

    async def solved(self, uri: str, **arguments: object) -> dict[str, Any]:
        """Solve and wait for the end; the search as `alphacode.status` shows it."""
        started = await self.command("alphacode.solve", {"uri": uri, **arguments})
        assert started["job"], started
        return await self.ended(started["job"])

    async def ended(self, job: str) -> dict[str, Any]:
        ended: dict[str, Any] = await self.until_answer(
            lambda: self.search(job), lambda search: search["state"] not in ("starting", "running")
        )
        return ended

    async def search(self, job: str) -> dict[str, Any]:
        status = await self.command("alphacode.status")
        found: dict[str, Any] = next(search for search in status["searches"] if search["job"] == job)
        return found

    async def lenses(self, uri: str) -> list[str]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        lenses = await self.text_document_code_lens_async(params)
        return [lens.command.title for lens in lenses or () if lens.command]

    async def hover(self, uri: str, line: int = 0) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, 0))
        hover = await self.text_document_hover_async(params)
        assert hover is None or isinstance(hover.contents, types.MarkupContent)
        return hover.contents.value if hover else ""

    async def hints(self, uri: str) -> list[tuple[int, int, str]]:
        """Line, character and text."""
        first_lines = types.Range(types.Position(0, 0), types.Position(30, 0))
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), first_lines)
        hints = await self.text_document_inlay_hint_async(params) or ()
        return [(hint.position.line, hint.position.character, str(hint.label)) for hint in hints]

    def progress_texts(self) -> list[str]:
        """What every progress display has said so far."""
        return [value.message or "" for values in self.progress_reports.values() for value in values]

    # The server's process

    @property
    def server_pid(self) -> int:
        assert self._server is not None
        return int(self._server.pid)

    def kill_server(self) -> None:
        assert self._server is not None
        self._server.kill()


def _converter() -> Any:
    """lsprotocol takes every code action that has a command for a bare command; an editor does not."""
    converter = default_converter()

    def structure(value: dict[str, Any], _: object) -> object:
        kind = types.Command if isinstance(value.get("command"), str) else types.CodeAction
        return converter.structure(value, kind)

    converter.register_structure_hook(types.Command | types.CodeAction, structure)
    from typing import Union

    converter.register_structure_hook(Union[types.Command, types.CodeAction], structure)  # noqa: UP007
    return converter


def _has(section: object, path: str) -> bool:
    for name in path.split("."):
        section = getattr(section, name, None)
    return bool(section)


def _noticed(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The handler, and then whoever waits for something to happen looks again."""

    def handle(client: Editor, params: Any) -> Any:
        try:
            return handler(client, params)
        finally:
            client.happened.set()

    return handle


def _ask(client: Editor, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
    client.questions.append(params)
    answer = client.answer(params.message, [action.title for action in params.actions or ()])
    return types.MessageActionItem(answer) if answer else None


def _apply(client: Editor, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
    return types.ApplyWorkspaceEditResult(applied=client.apply(params.edit))


def _show_status(client: Editor, shown: list[Any], params: Any) -> None:
    shown.append(params)
    client.happened.set()


def _refresh(client: Editor, params: None) -> None:
    client.lens_refreshes += 1


def _refresh_hints(client: Editor, params: None) -> None:
    client.hint_refreshes += 1


def _progress(client: Editor, params: types.ProgressParams) -> None:
    if params.value["kind"] == "report":
        client.reported_at.append(asyncio.get_running_loop().time())
    DEFAULT_CLIENT_FEATURES[types.PROGRESS](client, params)


def _changed(client: Editor, params: Any) -> None:
    client.changes.append(params.uri)


def _register(client: Editor, params: types.RegistrationParams) -> None:
    client.registered.update(registration.id for registration in params.registrations)


FEATURES: dict[str, Callable[..., Any]] = {
    **DEFAULT_CLIENT_FEATURES,
    types.WINDOW_SHOW_MESSAGE_REQUEST: _ask,
    types.WORKSPACE_APPLY_EDIT: _apply,
    types.WORKSPACE_CODE_LENS_REFRESH: _refresh,
    types.WORKSPACE_INLAY_HINT_REFRESH: _refresh_hints,
    types.PROGRESS: _progress,
    types.CLIENT_REGISTER_CAPABILITY: _register,
    "alphacode/candidatesChanged": _changed,
    "alphacode/testsChanged": _changed,
}
