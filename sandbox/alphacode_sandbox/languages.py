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
from alphacode_sandbox.toolchains.go import find_go
from alphacode_sandbox.toolchains.jvm import find_java, find_kotlin
from alphacode_sandbox.toolchains.python import find_pypy, find_python
from alphacode_sandbox.toolchains.rust import find_rustc
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


_CPP_SUFFIXES = (".cpp", ".cc", ".cxx", ".c++")
_GXX = "g++ (`apt install g++`, `dnf install gcc-c++`)"
_PYTHON_SUFFIXES = (".py", ".py3")

# Address space of the Java virtual machine beside the heap: 450 MiB for itself, the stack of the main thread, and room
# for a thread with the stack of 512 MiB that programs with deep recursion like to make.
_JVM_MB = 1280

LANGUAGES: dict[str, Language] = {
    language.id: language
    for language in (
        Language("cpp", "C++", _CPP_SUFFIXES, "main.cpp", 1.0, 16, _GXX, partial(find_gxx, "c++17")),
        Language("cpp20", "C++20", _CPP_SUFFIXES, "main.cpp", 1.0, 16, _GXX, partial(find_gxx, "c++20")),
        Language("cpp23", "C++23", _CPP_SUFFIXES, "main.cpp", 1.0, 16, _GXX, partial(find_gxx, "c++23")),
        Language("python", "Python", _PYTHON_SUFFIXES, "main.py", 5.0, 48, "Python 3.11 or later", find_python),
        Language("pypy", "PyPy", _PYTHON_SUFFIXES, "main.py", 3.0, 160, "PyPy 3 (`apt install pypy3`)", find_pypy),
        Language(
            "java",
            "Java",
            (".java",),
            "main.java",
            2.0,
            _JVM_MB,
            "a JDK (`apt install default-jdk-headless`)",
            find_java,
        ),
        Language(
            "kotlin",
            "Kotlin",
            (".kt",),
            "main.kt",
            2.0,
            _JVM_MB,
            "kotlinc (`apt install kotlin`) with a JDK",
            find_kotlin,
        ),
        Language(
            "rust", "Rust", (".rs",), "main.rs", 1.0, 16, "rustc with a C linker (`apt install rustc gcc`)", find_rustc
        ),
        Language("go", "Go", (".go",), "main.go", 2.0, 704, "Go (`apt install golang-go`)", find_go),
    )
}
"""By id: `Program.language` is a key of this."""
