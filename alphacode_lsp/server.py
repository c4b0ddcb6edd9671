"""The language server: what every feature needs of the editor, and nothing of what a feature does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path, uri_scheme
from pygls.workspace import TextDocument

from alphacode_lsp import __version__
from alphacode_lsp.backend import Backend
from alphacode_lsp.language import language_of_buffer
from alphacode_lsp.local_judge import LocalJudge
from alphacode_lsp.session import Session
from alphacode_server.problem.contest import cache_dir_of

logger = logging.getLogger(__name__)

SCHEME = "alphacode"
"""Of documents that are ours rather than the user's."""

_CLOSE_TIMEOUT_S = 1.5
_SETTLE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the editor shows it now, or as it is on disk where it is not open."""

    uri: str
    path: Path
    text: str
    version: int | None
    """None where the document is not open."""
    language: str | None
    """A language that candidates can be written in, else None."""
    language_id: str

    @property
    def is_file(self) -> bool:
        """Not so for what editors show as documents besides: old versions in a diff, cells of a notebook."""
        return uri_scheme(self.uri) in ("file", "untitled")


class CannotAskError(Exception):
    """The editor has no way to ask its user a question."""


class AlphaCodeServer(LanguageServer):
    """pygls's server with a session, and with our way of speaking to the user."""

    def __init__(self, state_dir: Path, environment: Mapping[str, str]) -> None:
        super().__init__("alphacode-lsp", __version__)
        self.state_dir = state_dir
        self.shown_dir = cache_dir_of(environment) / "shown"
        """Where documents of ours lie for editors that know no virtual ones."""
        self.session = Session()
        self.backend = Backend(state_dir, environment)
        self.judge = LocalJudge()
        self.register_commands: Callable[[], None] = lambda: None
        """Set by whoever knows the features; called once the client's wish about command ids is known."""

    # What the editor has open

    def document(self, uri: str) -> Document | None:
        """None for a document that is neither open nor a readable file."""
        opened = self._opened().get(uri)
        if opened is None:
            opened = self.workspace.get_text_document(uri)
        try:
            return _document(opened)
        except (OSError, UnicodeDecodeError):
            return None

    def is_shown(self, uri: str) -> bool:
        """Whether a document is one of ours: a preview, a difference, a report, of this session or an earlier one."""
        path = to_fs_path(uri)
        return uri_scheme(uri) == SCHEME or (path is not None and Path(path).is_relative_to(self.shown_dir))

    def open_documents(self) -> tuple[Document, ...]:
        return tuple(_document(opened) for opened in self._opened().values())

    def uri_of(self, path: Path) -> str:
        """The address of a file, as the editor writes it where the file is open."""
        for opened in self._opened().values():
            if to_fs_path(opened.uri) == str(path):
                return opened.uri
        return path.as_uri()

    def _opened(self) -> dict[str, TextDocument]:
        return {opened.uri: opened for opened in self.workspace.text_documents.values()}

    def workspace_folders(self) -> tuple[Path, ...]:
        """Older clients name a root instead."""
        uris = [*self.workspace.folders] or [self.workspace.root_uri or ""]
        return tuple(Path(path) for uri in uris if (path := to_fs_path(uri)))

    def folder_of(self, uri: str) -> Path | None:
        """The innermost workspace folder that a document lies in."""
        path = Path(to_fs_path(uri) or "")
        around = [folder for folder in self.workspace_folders() if path.is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def client_range(self, lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> types.Range:
        """A range in the editor's units from lines and code points within them."""
        return types.Range(start=self._client_position(lines, start), end=self._client_position(lines, end))

    def _client_position(self, lines: list[str], position: tuple[int, int]) -> types.Position:
        line, character = position
        before = lines[line][:character] if line < len(lines) else ""
        return types.Position(line=line, character=self.workspace.position_codec.client_num_units(before))

    async def settle(self) -> None:
        """Wait until the user's settings are known, but not long: an editor need not answer for them."""
        try:
            async with asyncio.timeout(_SETTLE_TIMEOUT_S):
                await self.session.settled.wait()
        except TimeoutError:
            self.session.settled.set()

    # Speaking to the user

    def say(self, kind: types.MessageType, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(type=kind, message=message))

    async def ask(self, kind: types.MessageType, message: str, answers: tuple[str, ...]) -> str | None:
        """The answer that was chosen, None when the question was dismissed. Raises CannotAskError."""
        actions = [types.MessageActionItem(title=answer) for answer in answers]
        params = types.ShowMessageRequestParams(type=kind, message=message, actions=actions)
        try:
            chosen = await self.window_show_message_request_async(params)
        except JsonRpcException as error:
            raise CannotAskError(str(error)) from error
        return chosen.title if chosen else None

    def tell_tests_changed(self, uri: str) -> None:
        """Cases were run, added or promoted: lenses show it, and an extension of ours shows it too."""
        self.tell("alphacode/testsChanged", {"uri": uri})
        self.refresh()

    def tell_candidates_changed(self, uri: str, job: str) -> None:
        self.tell("alphacode/candidatesChanged", {"uri": uri, "job": job})
        self.refresh()

    def tell(self, method: str, params: dict[str, object]) -> None:
        """Send a message of our own to an extension of ours, and to nobody else."""
        if self.session.settings.custom_messages and not self.session.shutting_down:
            self.protocol.notify(method, params)

    def refresh(self) -> None:
        """Have lenses and inlay hints asked for again."""
        if self.session.shutting_down:
            return
        if self.session.support.lens_refresh:
            self.background(_refreshed(self.workspace_code_lens_refresh_async(None)))
        if self.session.support.hint_refresh:
            self.background(_refreshed(self.workspace_inlay_hint_refresh_async(None)))

    # Work that outlives a request

    def background(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Start work that no request waits for. An error in it becomes a message, its traceback a log entry."""
        task = asyncio.get_running_loop().create_task(work)
        self.session.tasks.add(task)
        task.add_done_callback(self._finish)
        return task

    def _finish(self, task: "asyncio.Task[None]") -> None:
        self.session.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("unexpected error in background work", exc_info=error)
            if not self.session.shutting_down:
                self.say(types.MessageType.Error, _apology(error))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors in requests are logged and reach the user as answers; of the others, the log has the details."""
        if source is not FeatureRequestError:
            logger.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)

    async def aclose(self) -> None:
        """Stop everything that was started: searches at the backend, runs, and the backend itself where it is ours."""
        self.session.shutting_down = True
        tasks = [task for task in self.session.tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await asyncio.gather(*tasks, return_exceptions=True)
                await asyncio.gather(self.judge.aclose(), self.backend.aclose(), return_exceptions=True)
        except TimeoutError:
            # Editors do not wait for long. What is left ends by itself: the backend with its pipe, its job without
            # a listener, the sandbox with this process.
            logger.warning("not everything has stopped after %g s", _CLOSE_TIMEOUT_S)


def _document(opened: TextDocument) -> Document:
    path = Path(opened.path)
    language_id = opened.language_id or ""
    language = language_of_buffer(opened.path, language_id)
    return Document(opened.uri, path, opened.source, opened.version, language, language_id)


async def _refreshed(request: Awaitable[None]) -> None:
    try:
        await request
    except JsonRpcException as error:
        logger.info("the editor did not ask again: %s", error)


def _apology(error: BaseException) -> str:
    return f"AlphaCode: unexpected {type(error).__name__}: {error}. The log has the details."
