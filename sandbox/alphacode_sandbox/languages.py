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

# The time factors are those that contests grant, where they grant any: what is compiled to machine code beforehand gets
# C++'s own time, what collects garbage twice of it, virtual machines for the sake of their start as well, and Python
# what its programs were meant to run in, the slower of its two interpreters more.
LANGUAGES: dict[str, Language] = {
    language.id: language
    for language in (
        Language(
            id="cpp",
            name="C++",
            suffixes=_CPP_SUFFIXES,
            source="main.cpp",
            time_factor=1.0,
            runtime_mb=16,
            install=_GXX,
            find=partial(find_gxx, "c++17"),
        ),
        Language(
            id="cpp20",
            name="C++20",
            suffixes=_CPP_SUFFIXES,
            source="main.cpp",
            time_factor=1.0,
            runtime_mb=16,
            install=_GXX,
            find=partial(find_gxx, "c++20"),
        ),
        Language(
            id="cpp23",
            name="C++23",
            suffixes=_CPP_SUFFIXES,
            source="main.cpp",
            time_factor=1.0,
            runtime_mb=16,
            install=_GXX,
            find=partial(find_gxx, "c++23"),
        ),
        Language(
            id="python",
            name="Python",
            suffixes=_PYTHON_SUFFIXES,
            source="main.py",
            time_factor=5.0,
            runtime_mb=48,
            install="Python 3.11 or later",
            find=find_python,
        ),
        Language(
            id="pypy",
            name="PyPy",
            suffixes=_PYTHON_SUFFIXES,
            source="main.py",
            time_factor=3.0,
            runtime_mb=160,
            install="PyPy 3 (`apt install pypy3`)",
            find=find_pypy,
        ),
        Language(
            id="java",
            name="Java",
            suffixes=(".java",),
            source="main.java",
            time_factor=2.0,
            runtime_mb=_JVM_MB,
            install="a JDK (`apt install default-jdk-headless`)",
            find=find_java,
        ),
        Language(
            id="kotlin",
            name="Kotlin",
            suffixes=(".kt",),
            source="main.kt",
            time_factor=2.0,
            runtime_mb=_JVM_MB,
            install="kotlinc (`apt install kotlin`) with a JDK",
            find=find_kotlin,
        ),
        Language(
            id="rust",
            name="Rust",
            suffixes=(".rs",),
            source="main.rs",
            time_factor=1.0,
            runtime_mb=16,
            install="rustc 1.67 or later with a C linker (`rustup`, or `apt install rustc gcc`)",
            find=find_rustc,
        ),
        Language(
            id="go",
            name="Go",
            suffixes=(".go",),
            source="main.go",
            time_factor=2.0,
            # Go reserves 640 MiB for its books of the heap, and grows that by 64 MiB at a time.
            runtime_mb=704,
            install="Go (`apt install golang-go`)",
            find=find_go,
        ),
    )
}
"""By id: `Program.language` is a key of this."""
