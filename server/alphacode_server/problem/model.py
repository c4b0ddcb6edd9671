"""What a problem is: the statement's text and what could be read from it."""

from dataclasses import dataclass, field
from enum import StrEnum

from alphacode_sandbox import Case, Checker, CheckerForm, Limits


@dataclass(frozen=True, slots=True)
class CheckerFile:
    """A program that judges what was printed, as the statement names it. `checker_file.read_checker` reads it."""

    path: str
    """Relative to the statement."""
    form: CheckerForm = CheckerForm.TESTLIB


@dataclass(frozen=True, slots=True)
class Problem:
    """A contest problem. A limit that is None was not stated."""

    title: str
    statement: str
    """The whole text as its author wrote it, examples included, front matter left out."""
    examples: tuple[Case, ...] = ()
    time_limit_ms: int | None = None
    memory_limit_mb: int | None = None
    checker: Checker = field(default_factory=Checker)
    checker_file: CheckerFile | None = None
    """Judges the runs of the user's programs, on this machine, in place of `checker`; a search knows only that."""
    url: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    interactive: bool = False
    contest_over: bool = False
    files: tuple[str, ...] = ()
    """Source files that the statement's front matter binds to it, relative to the statement."""

    @property
    def limits(self) -> Limits:
        """The stated limits, and the sandbox's defaults for those that were not."""
        defaults = Limits()
        return Limits(
            time_s=self.time_limit_ms / 1000 if self.time_limit_ms else defaults.time_s,
            memory_mb=self.memory_limit_mb or defaults.memory_mb,
        )


class Severity(StrEnum):
    """How much a finding matters, in LSP's words."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the statement should know."""

    code: str
    """`no-statement`, `several-statements`, `no-examples`, `example-conflict`, `example-incomplete` or
    `bad-front-matter`."""
    severity: Severity
    message: str
    line: int
    """Line of the statement file, from 0."""


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """Parsing never fails: it yields a problem, as far as it could be read, and findings."""

    problem: Problem
    findings: tuple[Finding, ...] = ()
    calls: tuple[Case, ...] = ()
    """Examples that are arguments and results of a function; the problem then has none to run."""
