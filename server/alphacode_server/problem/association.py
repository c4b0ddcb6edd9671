"""Which statement a source file belongs to, and why.

The order: what the user chose, a directive in the source, a statement of the same stem, one problem per directory.
Nothing is guessed: several candidates on one level are reported as such, unless one of them names the source in its
front matter. Statements open in the editor count as existing files.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import LANGUAGES
from alphacode_server.problem.choices import STORED, chosen_statement
from alphacode_server.problem.front_matter import read_front_matter

DIRECTIVE_LINES = 40
"""How far into a source the directive is looked for."""

_DIRECTIVE = re.compile(
    r"""^\s*(?://+|\#+|--|;+|%+|/\*+|\*|"{3}|'{3})\s*alphacode:\s*(?P<path>\S.*?)\s*(?:\*+/|"{3}|'{3})?\s*$""",
    re.IGNORECASE,
)
_MARKERS = ("begin", "end")
_LINE = re.compile(r"\r\n|\n|\r")

SOURCE_SUFFIXES = frozenset(suffix for language in LANGUAGES.values() for suffix in language.suffixes)
STATEMENT_SUFFIXES = (".md", ".txt", ".html", ".tex")
_STEM_ENDINGS = (".md", ".problem.md", ".statement.md", ".txt", ".html")
PER_DIRECTORY = tuple(f"{name}{suffix}" for suffix in STATEMENT_SUFFIXES for name in ("problem", "statement"))
_KATTIS_FOLDERS = ("problem_statement", "statement")
_KATTIS_SUFFIXES = (".md", ".tex")
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
    wanted: Path | None = None
    """Likewise: the file that would be the statement, if there were one."""


@dataclass(frozen=True, slots=True)
class Files:
    """How this module sees files: those on disk, and those open in the editor, which may not be saved yet."""

    exists: Callable[[Path], bool]
    read: Callable[[Path], str]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


FILES_ON_DISK = Files(Path.is_file, _read)


def find_statement(source: Path, text: str, files: Files) -> Association:
    """The association of a source file whose current text is `text`."""
    if (chosen := chosen_statement(source, files.read)) is not None:
        return _by_choice(chosen, source, files)
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
            return _named_by_one(source, found, files) or Association(candidates=found)
    looked_for = (f"{source.stem}.md", *PER_DIRECTORY[:2])
    missing = f"No statement for {source.name}. Looked for {', '.join(looked_for)}"
    return Association(missing=missing, wanted=source.with_name(looked_for[0]))


def first_lines(text: str) -> list[str]:
    """As far as a source is looked at; of a long one the rest is left alone."""
    return _LINE.split(text, DIRECTIVE_LINES)[:DIRECTIVE_LINES]


def find_directives(text: str) -> tuple[tuple[int, str], ...]:
    """Every `alphacode: <path>` comment in the first lines, with its line from 0."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(first_lines(text)):
        match = _DIRECTIVE.match(line)
        if match and match["path"].lower() not in _MARKERS:
            found.append((number, match["path"]))
    return tuple(found)


def is_named_like_statement(path: Path) -> bool:
    """Whether the name alone says that a document is a statement."""
    name = path.name.lower()
    return name in PER_DIRECTORY or name.endswith((".problem.md", ".statement.md")) or is_kattis_statement(path)


def is_kattis_statement(path: Path) -> bool:
    """`problem_statement/problem.en.tex` of a Kattis problem package, or `statement/problem.en.md` of a newer one."""
    is_named_so = path.name.startswith("problem.") and path.suffix in _KATTIS_SUFFIXES
    return is_named_so and path.parent.name in _KATTIS_FOLDERS


def stem_of(path: Path) -> str:
    """What a source and its own statement have in common: `main` of `main.cpp` and of `main.problem.md`."""
    endings = sorted(_STEM_ENDINGS, key=len, reverse=True)
    ending = next((ending for ending in endings if path.name.lower().endswith(ending)), path.suffix)
    return path.name[: len(path.name) - len(ending)]


def problem_folder_of(statement: Path) -> Path:
    """The folder of the problem that a statement is of: its own, or the one above in a Kattis package."""
    return statement.parent.parent if is_kattis_statement(statement) else statement.parent


def holds_one_problem(source: Path, files: Files) -> bool:
    """Whether what lies in the source's folder under no particular name can be this source's.

    Not so where another source has a statement or a payload of its own.
    """
    try:
        names = set(os.listdir(source.parent))  # noqa: PTH208 - an editor asks often, and there may be many
    except OSError:
        return True
    others = {stem for stem, suffix in map(os.path.splitext, names) if suffix in SOURCE_SUFFIXES} - {stem_of(source)}
    has_own_statement = any(f"{other}{ending}" in names for other in others for ending in _STEM_ENDINGS)
    return not has_own_statement and not any(
        files.exists(source.parent / STORED / f"{other}.json") for other in others if STORED in names
    )


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


def _by_choice(chosen: Path, source: Path, files: Files) -> Association:
    if files.exists(chosen):
        return Association(Match(chosen, "you chose it"))
    missing = f"{chosen.name}, which you chose for {source.name}, does not exist; choose again"
    return Association(missing=missing, wanted=chosen)


def _named_by_one(source: Path, candidates: tuple[Path, ...], files: Files) -> Association | None:
    """The only one of several statements whose front matter has the source under `files`."""
    naming = [path for path in candidates if source in _named_sources(path, files)]
    return Association(Match(naming[0], "its front matter names the source")) if len(naming) == 1 else None


def _named_sources(statement: Path, files: Files) -> tuple[Path, ...]:
    named = read_front_matter(_text_of(statement, files).splitlines()).fields.get("files", ())
    return tuple(_resolved(statement, name) for name in named)


def _text_of(path: Path, files: Files) -> str:
    """Empty for a file that cannot be read."""
    try:
        return files.read(path)
    except (OSError, UnicodeDecodeError):
        return ""


def _by_directive(source: Path, directives: tuple[tuple[int, str], ...], files: Files) -> Association:
    line, named = directives[0]
    paths = tuple(dict.fromkeys(_resolved(source, path) for _, path in directives))
    if len(paths) > 1:
        return Association(candidates=paths)
    if not files.exists(paths[0]):
        missing = f"Line {line + 1} of {source.name} names the statement {named}, which does not exist"
        return Association(missing=missing, wanted=paths[0])
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
    yield (folder / name for name in PER_DIRECTORY), reason
    yield _kattis_statements(folder), f"{reason} (a Kattis problem package)"
    readme = folder / "README.md"
    if files.exists(readme) and has_our_front_matter(_text_of(readme, files)):
        yield (readme,), f"{reason} (a README with a problem's front matter)"


def _kattis_statements(folder: Path) -> tuple[Path, ...]:
    """The English statement where a package has several languages, else all of them."""
    found = [path for name in _KATTIS_FOLDERS for path in sorted((folder / name).glob("problem.*"))]
    statements = [path for path in found if is_kattis_statement(path)]
    for stem in ("problem.en", "problem"):
        if chosen := tuple(path for path in statements if path.stem == stem):
            return chosen
    return tuple(statements)


def _problem_folder_above(folder: Path) -> Path | None:
    for ancestor in (folder, *folder.parents):
        if ancestor.name == "submissions":
            return ancestor.parent
    return folder.parent if folder.name in _SOURCE_FOLDERS else None
