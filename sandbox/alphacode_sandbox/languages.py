"""The languages as a table: how a program is named, compiled and run, and what must be installed for that.

A language is added by a row of `LANGUAGES` and a function in `toolchains` that finds what runs it. Its commands run in
the folder of the program; paths are the same inside the sandbox and outside.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from alphacode_sandbox.toolchains.cpp import find_gxx
from alphacode_sandbox.toolchains.python import find_python
from alphacode_sandbox.toolchains.toolchain import Toolchain


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the table."""

    id: str
    name: str
    suffixes: tuple[str, ...]
    source: str
    """The file a program is stored as."""
    time_factor: float
    """Multiplies the problem's time limit, which is meant for C++."""
    runtime_mb: int
    """Address space that the runtime takes before the program's first line, added to the memory limit."""
    install: str
    """What to install when the toolchain is missing, in words."""
    find: Callable[[], Toolchain | None]
    """Looks for the toolchain; None when it is not installed."""


def language_of(path: str | os.PathLike[str]) -> Language | None:
    """The language a file is written in, by its suffix; None when we do not know it."""
    suffix = PurePath(path).suffix.lower()
    return next((language for language in LANGUAGES.values() if suffix in language.suffixes), None)


LANGUAGES: dict[str, Language] = {
    language.id: language
    for language in (
        Language(
            id="cpp",
            name="C++",
            suffixes=(".cpp", ".cc", ".cxx", ".c++"),
            source="main.cpp",
            time_factor=1.0,
            runtime_mb=16,
            install="g++ (`apt install g++`, `dnf install gcc-c++`)",
            find=partial(find_gxx, "c++17"),
        ),
        Language(
            id="python",
            name="Python",
            suffixes=(".py", ".py3"),
            source="main.py",
            time_factor=5.0,
            runtime_mb=48,
            install="Python 3.11 or later",
            find=find_python,
        ),
    )
}
"""By id: `Program.language` is a key of this."""
