"""Cases that a user adds: written where `intake` finds them again, never over a file that is there.

A case decides which candidates are kept only once it is promoted, which its files' name says:

    one problem in the folder     test/custom-1.in  test/custom-1.out     promoted: test/sample-1.in  test/sample-1.out
    several                       main_custom1.in   main_custom1.out      promoted: main_sample1.in   main_sample1.out
"""

import itertools
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alphacode_sandbox import Case
from alphacode_server.problem.association import Files, holds_one_problem
from alphacode_server.problem.known_cases import KnownCase
from alphacode_server.problem.layouts.pairs import Origin


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The two files of a case; there is none of its answer where nobody knows it yet."""

    input: Path
    answer: Path


class PromotionError(ValueError):
    """The case cannot decide; the message says why, and what would change that."""


def add_case(source: Path, case: Case, files: Files) -> CaseFiles:
    """Write a case for a source. Raises OSError."""
    return _write(_stem(source, files, "custom"), case)


def promote(source: Path, known: KnownCase, files: Files) -> CaseFiles:
    """Let a case decide. Files of its own are renamed; from a place that others keep it is copied.

    Raises PromotionError where it decides already or has no expected output, and OSError.
    """
    if known.case.expected is None:
        raise PromotionError(f"{known.name} has no expected output; write one first")
    if known.origin is Origin.JUDGE:
        raise PromotionError(f"{known.name} decides already")
    written = _write(_stem(source, files, "sample"), known.case)
    if known.origin is Origin.USER and known.answer is not None and known.answer != known.file:
        for old in (known.file, known.answer):
            old.unlink(missing_ok=True)
    return written


def _stem(source: Path, files: Files, kind: str) -> str:
    """A path without number and ending."""
    if not holds_one_problem(source, files):
        return str(source.with_name(f"{source.stem}_{kind}"))
    folder = "tests" if (source.parent / "tests").is_dir() and not (source.parent / "test").is_dir() else "test"
    return str(source.parent / folder / f"{kind}-")


def _write(stem: str, case: Case) -> CaseFiles:
    """Under the first number for which neither file is there."""
    Path(stem).parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        pair = CaseFiles(Path(f"{stem}{number}.in"), Path(f"{stem}{number}.out"))
        if pair.answer.exists() or pair.answer.with_suffix(".ans").exists():
            continue
        with suppress(FileExistsError), pair.input.open("x", encoding="utf-8", newline="") as file:
            file.write(_ended(case.input))
            if case.expected is not None:
                pair.answer.write_text(_ended(case.expected), encoding="utf-8", newline="")
            return pair
    raise AssertionError("there is always another number")


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
