"""All mutable state of the language server: settings, which statement each source has, searches, runs, findings."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from alphacode_lsp.buffers import KnownPrograms
from alphacode_lsp.client_support import ClientSupport
from alphacode_lsp.file_texts import FileTexts
from alphacode_lsp.runs import Run, Running
from alphacode_lsp.search import Search
from alphacode_lsp.settings import Settings
from alphacode_server.problem import Problem
from alphacode_server.problem.association import Association
from alphacode_server.problem.intake import Intake
from alphacode_server.problem.layouts.header import Header
from alphacode_server.problem.statement_file import HEADING


@dataclass(frozen=True, slots=True)
class Binding:
    """A document's statement, and all that is known about its problem, as they were last read."""

    association: Association
    intake: Intake = field(default_factory=Intake)
    unreadable: str | None = None
    """Why a matched file could not be read."""
    directives: tuple[tuple[int, str], ...] = ()
    """The document's lines that name a statement, to tell when it must be looked for again; likewise the next."""
    header: Header = field(default_factory=Header)

    @property
    def statement(self) -> Path | None:
        match = self.association.match
        return match.path if match else None

    @property
    def problem(self) -> Problem | None:
        """Without a statement it has cases at most: it can be run, and not solved."""
        return self.intake.problem

    @property
    def trouble(self) -> str | None:
        """Why there is no statement, in words fit for a message; None when there is one."""
        if self.association.candidates:
            names = ", ".join(path.name for path in self.association.candidates)
            return (
                f"Two statements match: {names}"
                if len(self.association.candidates) == 2
                else (f"Several statements match: {names}")
            )
        if self.unreadable or self.association.missing:
            return self.unreadable or self.association.missing
        if self.intake.lacks_statement and self.statement is not None:
            return f"{self.statement.name} has no statement yet; paste it below `{HEADING}`"
        return None


@dataclass(frozen=True, slots=True)
class Preview:
    """A candidate that is shown as a document of its own."""

    source_uri: str
    """The document that it would be applied to."""
    job: str
    sha256: str


@dataclass(slots=True)
class Receiving:
    """Waiting for problems of Competitive Companion."""

    once: bool
    uri: str
    """Where the files go; empty for the workspace's folder."""
    is_asked: bool
    """Whether the user asked for it, rather than the settings."""
    port: int | None = None
    """None while another window listens, or another program has the port."""
    text: str = "starting"
    task: "asyncio.Task[None] | None" = None


@dataclass(slots=True)
class Session:
    """One editor's session. Everything is keyed by document URI as the editor writes it."""

    settings: Settings = field(default_factory=Settings)
    """What holds where no folder has its own."""
    log_level: str = "info"
    """The last one that the settings had."""
    folder_settings: dict[Path, Settings] = field(default_factory=dict)
    """By the address of a workspace folder."""
    initial_options: object = None
    support: ClientSupport = field(default_factory=ClientSupport)
    client_name: str = ""
    file_texts: FileTexts = field(default_factory=FileTexts)
    bindings: dict[str, Binding] = field(default_factory=dict)
    searches: dict[str, Search] = field(default_factory=dict)
    """By job, oldest first."""
    recalled: set[Path] = field(default_factory=set)
    """Statements whose earlier searches were looked up."""
    runs: dict[tuple[Path, str], Run] = field(default_factory=dict)
    """The last run of every program, by statement and target: kept when its document is closed."""
    running: dict[tuple[Path, str], Running] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """What is shown as a document and is nobody's file, by URI, oldest first."""
    previews: dict[str, Preview] = field(default_factory=dict)
    """By the URI that the candidate is shown under."""
    diagnostics: dict[str, dict[str, list[types.Diagnostic]]] = field(default_factory=dict)
    """What was last published for a document, by the part of the server that found it."""
    known_programs: KnownPrograms = field(default_factory=KnownPrograms)
    """A buffer that equals one of them is nobody's own work."""
    statement_documents: set[str] = field(default_factory=set)
    """Statements that were given findings although they are not open themselves."""
    conflict_documents: set[str] = field(default_factory=set)
    """Files that were given a conflict of their case with another one."""
    receiving: Receiving | None = None
    followed: tuple[str, str | int] = ("off", "auto")
    """Companion's mode and port in the settings, as they were last followed."""
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    complaints: tuple[str, ...] = ()
    """What is wrong with the settings at the moment."""
    reported_settings: set[str] = field(default_factory=set)
    """Complaints about settings that the user has seen."""
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the editor has been asked for its settings."""
    shutting_down: bool = False

    def settings_for(self, uri: str) -> Settings:
        """What holds for a document: the settings of the innermost workspace folder that it lies in."""
        path = Path(to_fs_path(uri) or "")
        around = [folder for folder in self.folder_settings if path.is_relative_to(folder)]
        return self.folder_settings[max(around, key=lambda folder: len(folder.parts))] if around else self.settings

    def search_for(self, statement: Path | None, language: str | None) -> Search | None:
        """The newest search for a problem whose programs fit a buffer of this language; None fits any."""
        fitting = (
            search
            for search in reversed(self.searches.values())
            if search.statement == statement and (language is None or search.language in (language, "both"))
        )
        return next(fitting, None)

    def running_searches(self) -> tuple[Search, ...]:
        return tuple(search for search in self.searches.values() if search.is_running)

    def keep_run(self, key: tuple[Path, str], run: Run, keep: int = 50) -> None:
        """Remember a run as the last one of its program; the oldest of many goes."""
        self.runs.pop(key, None)
        self.runs[key] = run
        for oldest in list(self.runs)[:-keep]:
            del self.runs[oldest]

    def forget_searches(self, keep: int = 20) -> None:
        """Drop the oldest finished searches, so that a long session stays small."""
        finished = [job for job, search in self.searches.items() if not search.is_running]
        for job in finished[: max(0, len(finished) - keep)]:
            del self.searches[job]
