"""Every setting there is. The schema, VS Code's manifest, `docs/settings.md` and `print-config` all follow from here.

A field's key is its name in camel case, its type is its annotation (see `records`). What differs from folder to folder
is read with `Session.settings_for`; the rest holds for the whole session.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from alphacode_lsp.settings.setting import machine, machine_overridable, resource, window


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """Where candidates come from, and how it is reached. Tokens are no settings."""

    url: str = machine("http://127.0.0.1:8420", "Address of the backend.")
    kind: Literal["auto", "alphacode", "openai"] = machine(
        "auto",
        "What answers there: an AlphaCode backend, or with `openai` any server with a `/v1` of OpenAI's protocol, for "
        "which the search then runs on this machine. `auto` asks for an AlphaCode backend and says what it found.",
    )
    model: str = machine("", "With `openai`, the model to ask for; empty takes the first one of the server.")
    auto_start: bool = machine(True, "Start a local backend when none answers at an address of this machine.")
    serve_args: tuple[str, ...] = machine((), "Further arguments for the `alphacode serve` that is started then.")
    token_file: str = machine("", "A file that holds the token and nothing else.")
    token_command: tuple[str, ...] = machine((), "A command that prints the token, with its arguments.")
    ca_file: str = machine("", "Certificates in PEM to trust besides the system's own, for a backend with https.")
    proxy: str = machine("", "Proxy to go through; empty takes the environment's. Never used for this machine itself.")
    headers: dict[str, str] = machine({}, "Further headers of every request. The token is none of them.")
    connect_timeout_ms: int = machine(5000, "How long connecting may take, in milliseconds.", at_least=1)


Strategy = Literal["alphacode2", "alphacode", "alphacodium", "hybrid", "direct"]
STRATEGIES: tuple[str, ...] = get_args(Strategy)


@dataclass(frozen=True, slots=True)
class SolveSettings:
    """The budget of one search, and how it goes."""

    samples: int = resource(128, "How many programs to draw at most.", at_least=1)
    timeout_ms: int = resource(180_000, "How long the whole search may take, in milliseconds.", at_least=1)
    language: Literal["auto", "cpp", "python", "both"] = resource(
        "auto", "What to write programs in. `auto` is the language of the file."
    )
    max_candidates: int = resource(10, "How many ranked programs to show.", at_least=1, at_most=10)
    strategy: Strategy = resource(
        "alphacode2", "How programs are found: the method of AlphaCode 2, one of its kin, or one `direct` answer."
    )
    selector: Literal[
        "auto", "ours", "alphacode2", "size", "distinct-size", "codet", "b4", "srank", "mbr", "mbr-hard", "random"
    ] = resource("auto", "How programs are ranked. `auto` leaves it to the backend.")
    effort: Literal["normal", "high"] = resource(
        "normal", "`high` lets the model also compare the most promising programs pair by pair."
    )
    on_exit: Literal["cancel", "keep"] = window(
        "cancel",
        "What becomes of running searches when the editor closes: `keep` lets the backend finish them, if it was not "
        "started by the editor itself.",
    )


@dataclass(frozen=True, slots=True)
class TestsSettings:
    """How examples are run."""

    __test__ = False  # The name is the settings section's; it is nothing for pytest to collect.

    compare: Literal["tokens", "lines", "exact"] = resource(
        "tokens", "How outputs are compared where the statement names no checker."
    )
    time_multiplier: float = resource(1.0, "Multiplies every time limit.", at_least=0.1)
    default_time_limit_ms: int = resource(2000, "Time limit where the statement names none, in ms.", at_least=1)
    default_memory_mb: int = resource(256, "Memory limit where the statement names none, in MB.", at_least=1)
    output_limit_kb: int = resource(1024, "How much a program may print, in kB.", at_least=1)
    parallel: int = window(0, "Examples to run at a time; 0 is one a core.", at_least=0)
    patterns: tuple[str, ...] = resource(
        (),
        "Further files with samples, each a pair of patterns as in `cases/*.in cases/*.out`; `*` is the case's name.",
    )
    run_on_save: bool = resource(False, "Run the examples whenever a program with a statement is saved.")


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """What programs are compiled and run with."""

    cpp: Literal["cpp", "cpp20", "cpp23"] = machine_overridable("cpp", "For C++: `cpp` is C++17.")
    python: Literal["python", "pypy"] = machine_overridable("python", "For Python: CPython or PyPy.")


@dataclass(frozen=True, slots=True)
class CompanionSettings:
    """Problems sent by the browser extension Competitive Companion."""

    mode: Literal["off", "once", "always"] = window(
        "off", "Whether to listen for them: on command only, until the first one comes, or always."
    )
    port: int | Literal["auto"] = machine(
        "auto", "Port on this machine. `auto` takes a free one of those that every Companion sends to.", at_least=1
    )
    template: dict[str, str] = resource({}, "By language id, the file that a new program starts from.")


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """What choosing a candidate does."""

    mode: Literal["replace", "newFile"] = resource("replace", "Replace the buffer's program, or make a new file.")


@dataclass(frozen=True, slots=True)
class CodeActionsSettings:
    """Our entries in the editor's menu of actions."""

    enabled: bool = resource(True, "Offer them. Quick fixes for our own diagnostics are always there.")


@dataclass(frozen=True, slots=True)
class CodeLensSettings:
    """The row of links above the first line."""

    enabled: bool = resource(True, "Show it.")


@dataclass(frozen=True, slots=True)
class InlayHintsSettings:
    """How the examples last ended, behind the first line."""

    enabled: bool = resource(False, "Show it.")


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How things are written."""

    ascii: bool = window(False, "Use plain ASCII, for fonts without symbols.")


@dataclass(frozen=True, slots=True)
class Settings:
    """The section `alphacode`, with the defaults of what the user did not set."""

    backend: BackendSettings = BackendSettings()
    solve: SolveSettings = SolveSettings()
    tests: TestsSettings = TestsSettings()
    languages: LanguageSettings = LanguageSettings()
    companion: CompanionSettings = CompanionSettings()
    apply: ApplySettings = ApplySettings()
    code_actions: CodeActionsSettings = CodeActionsSettings()
    code_lens: CodeLensSettings = CodeLensSettings()
    inlay_hints: InlayHintsSettings = InlayHintsSettings()
    ui: UiSettings = UiSettings()
    contest_guard: Literal["ask", "block", "off"] = machine(
        "ask",
        "What to do about a problem whose address looks like a running contest's: ask once a contest whether it is "
        "over, never send it, or do not care.",
    )
    notifications: Literal["off", "onResult"] = window(
        "onResult", "Whether the end of a search is announced with a message besides its progress."
    )
    log_level: Literal["debug", "info", "warning", "error"] = window("info", "How much the server logs.")
    commands_in_client: bool = False
    """Said by an editor's own extension: it owns the command ids, so they are not advertised. No user's setting."""
    custom_messages: bool = False
    """Likewise: it listens to `alphacode/candidatesChanged` and `alphacode/testsChanged`."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How VS Code finds and starts the language server."""

    path: str = machine("", "The `alphacode-lsp` to start; empty searches for one.")
    interpreter: tuple[str, ...] = machine((), "The Python to start the server with, with its arguments.")
    import_strategy: Literal["useBundled", "fromEnvironment"] = machine(
        "useBundled", "Whether the extension's own copy of the server comes before that of the environment."
    )
    args: tuple[str, ...] = machine((), "Further arguments of `alphacode-lsp`.")


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """For finding out what editor and server say to each other."""

    server: Literal["off", "messages", "verbose"] = window("off", "What of their messages is shown in a channel.")


@dataclass(frozen=True, slots=True)
class ExtensionSettings:
    """Keys of the same section that an editor's extension reads for itself."""

    server: ServerSettings = ServerSettings()
    trace: TraceSettings = TraceSettings()
