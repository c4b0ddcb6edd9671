"""Which statement a source file belongs to, and why.

The order: a directive in the source, a statement of the same stem, one problem per directory. Nothing
is guessed: several candidates on one level are reported as such. Statements open in the editor count as existing files.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

DIRECTIVE_LINES = 40
"""How far into a source the directive is looked for."""

_DIRECTIVE = re.compile(
    r"""^\s*(?://+|\#+|--|;+|%+|/\*+|\*|"{3}|'{3})\s*alphacode:\s*(?P<path>\S.*?)\s*(?:\*+/|"{3}|'{3})?\s*$""",
    re.IGNORECASE,
)
_MARKERS = ("begin", "end")

STATEMENT_SUFFIXES = (".md", ".txt")
_STEM_ENDINGS = (".md", ".problem.md", ".statement.md", ".txt")
_PER_DIRECTORY = ("problem.md", "statement.md", "problem.txt", "statement.txt")
_SOURCE_FOLDERS = frozenset({"src", "solution", "solutions"})
_OUR_KEYS = ("url", "time_limit", "memory_limit", "checker", "interactive", "rating", "files", "contest_over")


@dataclass(frozen=True, slots=True)
class Match:
    """The statement of a source, and the reason it was taken."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Association:
    """What a search for a statement found: a match, several candidates, or nothing."""

    match: Match | None = None
    candidates: tuple[Path, ...] = ()
    """Statements on one level of which none was chosen."""
    missing: str | None = None
    """Without a match and candidates: what was looked for, in words."""


@dataclass(frozen=True, slots=True)
class Files:
    """How this module sees files: those on disk, and those open in the editor, which may not be saved yet."""

    exists: Callable[[Path], bool]
    read: Callable[[Path], str]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


FILES_ON_DISK = Files(Path.is_file, _read)


def find_statement(source: Path, text: str, files: Files) -> Association:
    """The association of a source file whose current text is `text`."""
    directives = find_directives(text)
    if directives:
        return _by_directive(source, directives, files)
    if is_named_like_statement(source):
        return Association(Match(source, "it is the statement itself"))
    for candidates, reason in _levels(source, files):
        found = tuple(path for path in candidates if path != source and files.exists(path))
        if len(found) == 1:
            return Association(Match(found[0], reason))
        if found:
            return Association(candidates=found)
    looked_for = (f"{source.stem}.md", *_PER_DIRECTORY[:2])
    return Association(missing=f"No statement for {source.name}. Looked for {', '.join(looked_for)}")


def find_directives(text: str) -> tuple[tuple[int, str], ...]:
    """Every `alphacode: <path>` comment in the first lines, with its line from 0."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines()[:DIRECTIVE_LINES]):
        match = _DIRECTIVE.match(line)
        if match and match["path"].lower() not in _MARKERS:
            found.append((number, match["path"]))
    return tuple(found)


def is_named_like_statement(path: Path) -> bool:
    """Whether the name alone says that a document is a statement."""
    name = path.name.lower()
    return name in _PER_DIRECTORY or name.endswith((".problem.md", ".statement.md")) or is_kattis_statement(path)


def is_kattis_statement(path: Path) -> bool:
    """`problem_statement/problem.en.md` of a Kattis problem package."""
    return path.parent.name == "problem_statement" and path.name.startswith("problem.") and path.suffix == ".md"


def has_our_front_matter(text: str) -> bool:
    """Whether a document opens with a front matter block that names something only a statement has."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return False
    for line in lines[1:DIRECTIVE_LINES]:
        if line.strip() == "---":
            return False
        if line.partition(":")[0].strip().lower() in _OUR_KEYS:
            return True
    return False


def _by_directive(source: Path, directives: tuple[tuple[int, str], ...], files: Files) -> Association:
    line, named = directives[0]
    paths = tuple(dict.fromkeys(_resolved(source, path) for _, path in directives))
    if len(paths) > 1:
        return Association(candidates=paths)
    if not files.exists(paths[0]):
        return Association(
            missing=f"Line {line + 1} of {source.name} names the statement {named}, which does not exist"
        )
    return Association(Match(paths[0], f"line {line + 1} of {source.name} names it"))


def _resolved(source: Path, named: str) -> Path:
    # Path.resolve would follow links and so leave the folder that the user sees; only `..` is folded here.
    parts: list[str] = []
    for part in (source.parent / named).parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts)


def _levels(source: Path, files: Files) -> Iterable[tuple[Iterable[Path], str]]:
    folder = source.parent
    yield (source.with_name(source.stem + ending) for ending in _STEM_ENDINGS), "it has the same name as the source"
    yield from _levels_of_folder(folder, "it is the statement of this folder", files)
    above = _problem_folder_above(folder)
    if above is not None:
        yield from _levels_of_folder(above, f"it is the statement of the folder above {folder.name}", files)


def _levels_of_folder(folder: Path, reason: str, files: Files) -> Iterable[tuple[Iterable[Path], str]]:
    yield (folder / name for name in _PER_DIRECTORY), reason
    yield _kattis_statements(folder), f"{reason} (a Kattis problem package)"
    readme = folder / "README.md"
    if files.exists(readme) and has_our_front_matter(files.read(readme)):
        yield (readme,), f"{reason} (a README with a problem's front matter)"


def _kattis_statements(folder: Path) -> tuple[Path, ...]:
    """The English statement where a package has several languages, else all of them."""
    statements = folder / "problem_statement"
    english = [statements / "problem.en.md", statements / "problem.md"]
    chosen = [path for path in english if path.is_file()]
    if chosen:
        return tuple(chosen[:1])
    return tuple(sorted(statements.glob("problem.*.md"))) if statements.is_dir() else ()


def _problem_folder_above(folder: Path) -> Path | None:
    for ancestor in (folder, *folder.parents):
        if ancestor.name == "submissions":
            return ancestor.parent
    return folder.parent if folder.name in _SOURCE_FOLDERS else None
