"""Cases kept as pairs of text files, in the layouts of the tools that people already use."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from alphacode_server.problem.folder import LAYOUTS as PROBLEM_FOLDERS


class Origin(IntEnum):
    """Whose cases a layout holds; the higher, the closer to the statement."""

    USER = 1
    MIXED = 2
    """What a tool received from the judge, and what its user added to that."""
    JUDGE = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """Where pairs are, relative to the source's folder.

    `{name}` is the source's, `{stem}` that without its ending, and `*` is what tells cases apart.
    """

    tool: str
    input: str
    answers: tuple[str, ...]
    """Of several, the first that exists counts."""
    origin: Origin
    numbered: bool = True
    """`*` is a number; else it is any name."""

    @property
    def is_of_folder(self) -> bool:
        """Whether the cases belong to whatever is solved in the folder, as no source is named."""
        return not any(part in self.input for part in ("{stem}", "{name}"))


def layout_of(patterns: str) -> Layout:
    """A pair that the user described, such as `cases/*.in cases/*.out`. Raises ValueError where it is none."""
    match patterns.split():
        case [given, answer] if given.count("*") == answer.count("*") <= 1:
            return Layout("your settings", given, (answer,), Origin.USER, numbered=False)
    raise ValueError(f"`{patterns}` should be two patterns, as in `cases/*.in cases/*.out`")


_SAMPLES = dict.fromkeys((samples for samples, _ in PROBLEM_FOLDERS), "a problem folder")

LAYOUTS = (
    *(
        Layout(tool, f"{folder}/*.in", (f"{folder}/*.ans", f"{folder}/*.out"), Origin.JUDGE, numbered=False)
        for folder, tool in _SAMPLES.items()
    ),
    Layout("oj", "test/sample-*.in", ("test/sample-*.out",), Origin.JUDGE),
    Layout("atcoder-cli", "tests/sample-*.in", ("tests/sample-*.out",), Origin.JUDGE),
    Layout("alphacode", "{stem}_sample*.in", ("{stem}_sample*.out",), Origin.JUDGE),
    Layout("alphacode", "{stem}_custom*.in", ("{stem}_custom*.out",), Origin.USER),
    Layout("cf-tool", "in*.txt", ("ans*.txt",), Origin.JUDGE),
    Layout("competitest", "{stem}_input*.txt", ("{stem}_output*.txt",), Origin.MIXED),
    Layout("CP Editor", "{stem}_*.in", ("{stem}_*.ans", "{stem}_*.out"), Origin.MIXED),
    Layout("a file beside the source", "{stem}.in", ("{stem}.ans", "{stem}.out"), Origin.USER),
    Layout("test/", "test/*.in", ("test/*.out", "test/*.ans"), Origin.USER, numbered=False),
    Layout("tests/", "tests/*.in", ("tests/*.out", "tests/*.ans"), Origin.USER, numbered=False),
)
"""The more particular ones first: a pair belongs to the first layout that it fits."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a case. There is no answer where nobody has written one."""

    input: Path
    answer: Path | None
    layout: Layout


def find_pairs(source: Path, layouts: Sequence[Layout] = LAYOUTS, *, is_one_problem: bool = True) -> Iterator[Pair]:
    """The pairs of a source, layout by layout, in the order of their numbers or names.

    In a folder with several problems the layouts that do not name the source are left out.
    """
    taken: set[Path] = set()
    listed: dict[Path, list[str]] = {}
    for layout in (*layouts, *_cph_ng(source.parent)):
        if layout.is_of_folder and not is_one_problem:
            continue
        for name, file in _inputs(source, layout, listed):
            if file not in taken:
                taken.add(file)
                answers = (source.parent / _filled(answer, source).replace("*", name) for answer in layout.answers)
                yield Pair(file, next((answer for answer in answers if answer.is_file()), None), layout)


def _inputs(source: Path, layout: Layout, listed: dict[Path, list[str]]) -> list[tuple[str, Path]]:
    """The input files with what `*` stands for in their names. `listed` keeps folders that were looked into."""
    place, _, pattern = _filled(layout.input, source).rpartition("/")
    folder = source.parent / place
    if folder not in listed:
        listed[folder] = _names(folder)
    is_name = re.compile(re.escape(pattern).replace(r"\*", r"(\d+)" if layout.numbered else r"(.+)"))
    matches = (is_name.fullmatch(name) for name in listed[folder])
    found = [("".join(match.groups()), folder / match[0]) for match in matches if match]
    return sorted((one for one in found if one[1].is_file()), key=lambda one: _by_number(one[0]))


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - an editor asks often, and a path for each name takes its time
    except OSError:
        return []


def _cph_ng(folder: Path) -> Iterator[Layout]:
    """cph-ng mirrors a workspace's folders below one of its own, and keeps the larger cases there as files."""
    for depth, ancestor in enumerate((folder, *folder.parents)):
        if (ancestor / ".cph-ng").is_dir():
            mirror = "/".join([*[".."] * depth, ".cph-ng", *folder.relative_to(ancestor).parts])
            for name in ("{name}", "{stem}"):
                input_name, answer = f"{mirror}/{name}.*.in", f"{mirror}/{name}.*.ans"
                yield Layout("cph-ng", input_name, (answer,), Origin.MIXED, numbered=False)


def _filled(pattern: str, source: Path) -> str:
    return pattern.replace("{stem}", source.stem).replace("{name}", source.name)


def _by_number(name: str) -> list[tuple[int, str]]:
    """`sample-2` comes before `sample-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
