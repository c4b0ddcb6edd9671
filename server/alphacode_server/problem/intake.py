"""Everything that is known about the problem of a source: its statement, and what contest tools keep around it.

The statement's own words win. What it does not say (an address, a limit) comes from a stored payload, from cph's file
or from the comment at the top of the source, in this order; the cases come from everywhere.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from alphacode_sandbox import Case, CheckerProgram
from alphacode_server.problem.association import Files, holds_one_problem, problem_folder_of
from alphacode_server.problem.case_files import FolderError
from alphacode_server.problem.choices import STORED
from alphacode_server.problem.companion import Payload, PayloadError, read_payload
from alphacode_server.problem.known_cases import Conflict, KnownCase, KnownCases, distinct_cases
from alphacode_server.problem.layouts.competitest import SingleFileError, read_single_file, single_file_of
from alphacode_server.problem.layouts.cph import find_moved_probs, find_prob
from alphacode_server.problem.layouts.header import read_header
from alphacode_server.problem.layouts.pairs import LAYOUTS, Layout, Origin, find_pairs
from alphacode_server.problem.model import Finding, ParsedStatement, Problem
from alphacode_server.problem.package import SETTINGS, read_package
from alphacode_server.problem.statement_file import examples_as_markdown
from alphacode_server.problem.validator_flags import checker_of

LONGEST_SHOWN = 2000
"""Characters of an example that a statement is given where it has none."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement file as it was read."""

    path: Path
    parsed: ParsedStatement


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known. Without a statement the problem has none, and can be run but not solved."""

    problem: Problem | None = None
    """None when nothing at all is known."""
    findings: tuple[Finding, ...] = ()
    """The statement's, less what the files around it make up for."""
    cases: tuple[KnownCase, ...] = ()
    """All of them; the problem's examples are those among them that decide which candidates are kept."""
    conflicts: tuple[Conflict, ...] = ()
    origins: tuple[str, ...] = ()
    """Where what the statement does not say was found: `.alphacode/main.json`, `the header of main.cpp`."""
    lacks_statement: bool = False
    """Whether there is a statement file, made to paste the statement into, and nobody has."""
    troubles: tuple[str, ...] = ()
    """What could not be read, a sentence each; and what was found in an unusual place."""


def take_in(
    source: Path, text: str, statement: Statement | None, files: Files, layouts: Sequence[Layout] = LAYOUTS
) -> Intake:
    """The problem of a source with the current text, or of a statement whose source is not known."""
    troubles: list[str] = []
    stored = list(_stored(source, files, troubles))
    places = _places(source, statement)
    found = [*_of_statement(statement), *_of_payloads(stored), *_of_files(places, files, layouts, troubles)]
    known = distinct_cases(found)
    facts = [fact for fact in (*map(_facts_of_payload, stored), _facts_of_header(source, text)) if fact is not None]
    if statement is None and not facts and not known.cases:
        return Intake(troubles=tuple(troubles))
    problem = statement.parsed.problem if statement else _without_statement(source, facts)
    for fact in facts:
        problem = fact.added_to(problem)
    problem = _with_settings(problem, statement.path if statement else source, troubles)
    return Intake(
        problem=replace(problem, statement=_with_examples(problem, known.examples), examples=known.examples),
        findings=_remaining(statement.parsed.findings, known) if statement else (),
        cases=known.cases,
        conflicts=known.conflicts,
        origins=tuple(fact.origin for fact in facts),
        lacks_statement=statement is not None and any(one.code == "no-statement" for one in statement.parsed.findings),
        troubles=tuple(troubles),
    )


def _with_settings(problem: Problem, path: Path, troubles: list[str]) -> Problem:
    """What the settings of a Kattis package, or of another problem folder, say beyond the statement."""
    folder = problem_folder_of(path)
    if not any((folder / name).is_file() for name in SETTINGS):
        return problem
    try:
        package = read_package(folder)
    except FolderError as error:
        troubles.append(str(error))
        return problem
    checker = package.checker
    if isinstance(checker, CheckerProgram):
        troubles.append(
            f"{folder.name} checks answers by a program of its own; here they are compared with the expected"
        )
    return replace(
        problem,
        title=problem.title if _is_titled(problem) or package.title == folder.resolve().name else package.title,
        time_limit_ms=problem.time_limit_ms or round(package.limits.time_s * 1000),
        memory_limit_mb=problem.memory_limit_mb or package.limits.memory_mb,
        checker=problem.checker if isinstance(checker, CheckerProgram) or checker == checker_of("") else checker,
        interactive=problem.interactive or package.is_interactive,
    )


def _is_titled(problem: Problem) -> bool:
    """Packages may leave the title to their settings; then the statement's is a guess."""
    return problem.statement.startswith(f"# {problem.title}")


def _with_examples(problem: Problem, examples: Sequence[Case]) -> str:
    """The statement; those in LaTeX hold no examples, and get the short ones that lie beside them."""
    if problem.examples or not problem.statement.strip():
        return problem.statement
    shown = [case for case in examples if len(case.input) + len(case.expected or "") <= LONGEST_SHOWN]
    return f"{problem.statement}\n{examples_as_markdown(shown)}".rstrip("\n")


def _remaining(findings: Sequence[Finding], known: KnownCases) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if not (finding.code == "no-examples" and known.examples))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A payload in a file."""

    path: Path
    name: str
    """The file as the source sees it."""
    tool: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class _Facts:
    """What somebody else than the statement says about a problem."""

    origin: str
    title: str | None
    url: str | None
    time_limit_ms: int | None
    memory_limit_mb: int | None
    interactive: bool = False

    def added_to(self, problem: Problem) -> Problem:
        return replace(
            problem,
            url=problem.url or self.url,
            time_limit_ms=problem.time_limit_ms or self.time_limit_ms,
            memory_limit_mb=problem.memory_limit_mb or self.memory_limit_mb,
            interactive=problem.interactive or self.interactive,
        )


def _places(source: Path, statement: Statement | None) -> tuple[Path, ...]:
    """The source, and where it would be in the folder of its problem, for sources that lie below that."""
    folder = problem_folder_of(statement.path) if statement else source.parent
    return (source, folder / source.name) if folder in source.parent.parents else (source,)


def _without_statement(source: Path, facts: Sequence[_Facts]) -> Problem:
    return Problem(next((fact.title for fact in facts if fact.title), source.stem), statement="")


def _facts_of_payload(stored: _Stored) -> _Facts:
    payload = stored.payload
    return _Facts(
        stored.name, payload.name, payload.url, payload.time_limit_ms, payload.memory_limit_mb, payload.interactive
    )


def _facts_of_header(source: Path, text: str) -> _Facts | None:
    header = read_header(text)
    if header.is_empty:
        return None
    origin = f"the header of {source.name}"
    return _Facts(origin, header.title, header.url, header.time_limit_ms, header.memory_limit_mb)


def _stored(source: Path, files: Files, troubles: list[str]) -> Iterator[_Stored]:
    """The payloads that are kept for a source: our own, then cph's."""
    path = source.parent / STORED / f"{source.stem}.json"
    if path.is_file():
        yield from _read_stored(path, source, "Competitive Companion", files, troubles)
    if (own := find_prob(source)) is not None:
        yield from _read_stored(own, source, "cph", files, troubles)
    elif len(moved := find_moved_probs(source)) == 1:
        for stored in _read_stored(moved[0], source, "cph", files, troubles):
            troubles.append(f"{moved[0].name} was written by cph when {source.name} lay elsewhere; it is used here")
            yield stored
    elif moved:
        names = " and ".join(file.name for file in moved)
        troubles.append(f"{names} were written by cph for other files called {source.name}; none of them is used")


def _read_stored(path: Path, source: Path, tool: str, files: Files, troubles: list[str]) -> Iterator[_Stored]:
    name = _shown(path, source)
    try:
        yield _Stored(path, name, tool, read_payload(files.read(path).encode()))
    except (PayloadError, OSError, UnicodeDecodeError) as error:
        troubles.append(f"{name} cannot be used: {error}")


def _of_statement(statement: Statement | None) -> Iterator[KnownCase]:
    if statement is not None:
        path = statement.path
        for number, case in enumerate(statement.parsed.problem.examples, 1):
            yield KnownCase(case, f"{path.name}, example {number}", "", Origin.JUDGE, path, path)


def _of_payloads(stored: Sequence[_Stored]) -> Iterator[KnownCase]:
    for one in stored:
        # cph's user adds cases to what was received; ours stays as it came.
        origin = Origin.MIXED if one.tool == "cph" else Origin.JUDGE
        for number, case in enumerate(one.payload.examples, 1):
            yield KnownCase(case, f"{one.name}, test {number}", one.tool, origin, one.path, one.path)


def _of_files(
    sources: Sequence[Path], files: Files, layouts: Sequence[Layout], troubles: list[str]
) -> Iterator[KnownCase]:
    source = sources[0]
    for pair in chain.from_iterable(
        find_pairs(place, layouts, is_one_problem=holds_one_problem(place, files)) for place in sources
    ):
        name = _shown(pair.input, source)
        try:
            # An empty file is one that waits for its answer.
            expected = files.read(pair.answer) or None if pair.answer else None
            case = Case(files.read(pair.input), expected)
        except (OSError, UnicodeDecodeError) as error:
            troubles.append(f"{name} cannot be used: {error}")
        else:
            yield KnownCase(case, name, pair.layout.tool, pair.layout.origin, pair.input, pair.answer)
    yield from _of_single_file(source, troubles)


def _of_single_file(source: Path, troubles: list[str]) -> Iterator[KnownCase]:
    path = single_file_of(source)
    if not path.is_file():
        return
    try:
        cases = read_single_file(path.read_bytes())
    except (SingleFileError, OSError) as error:
        troubles.append(f"{path.name} cannot be used: {error}")
        return
    for number, case in enumerate(cases, 1):
        yield KnownCase(case, f"{path.name}, test {number}", "competitest", Origin.MIXED, path, path)


def _shown(path: Path, source: Path) -> str:
    """A file as its user speaks of it: from the source's folder."""
    return Path(os.path.relpath(path, source.parent)).as_posix()
