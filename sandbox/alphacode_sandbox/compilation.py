"""One compilation: the command for it, what the compiler said, and how the program that came of it is run."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from alphacode_sandbox.batches import Part
from alphacode_sandbox.isolation import Bounds, Command, Outcome, Profile
from alphacode_sandbox.languages import Language
from alphacode_sandbox.limits import Limits
from alphacode_sandbox.runner import bounds_of
from alphacode_sandbox.toolchains.toolchain import HEADERS, MEMORY_MB, Toolchain
from alphacode_sandbox.verdict import Verdict

_MAX_DIAGNOSTICS = 16_000
_CPU_S = 30.0
_MEMORY = 2 << 30
_EXECUTABLE = 64 << 20


class Tier(StrEnum):
    """How a program is compiled."""

    JUDGE = "judge"
    """As contests do: what a verdict rests on."""
    FILTER = "filter"
    """As fast as can be, to turn away programs that fail. One that passes has yet to be judged."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the compiler said."""

    ok: bool
    output: str = ""
    """Diagnostics, cut to a readable length; empty where there were none."""

    @classmethod
    def of(cls, outcome: Outcome, verdict: Verdict) -> "Compilation":
        """Of a compiler's run."""
        return cls(verdict is Verdict.RUN, _why(verdict, diagnostics(outcome)))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compilation and, when it went well, what is needed to run the program."""

    compilation: Compilation
    language: Language
    toolchain: Toolchain
    folder: Path
    tier: Tier
    host_factor: float
    part: Part | None = None
    """Where it shares its executable with others."""

    def time_limit_s(self, limits: Limits) -> float:
        """CPU seconds of one run here: a problem's limit is meant for C++ on a contest's judge."""
        return limits.time_s * self.language.time_factor * self.host_factor

    def command(self, limits: Limits) -> Command:
        """The command that runs the program once."""
        runtime_mb = self.language.runtime_mb
        if self.tier is Tier.FILTER:
            # Without optimisation a recursion takes a multiple of the stack.
            limits = replace(limits, memory_mb=2 * limits.memory_mb)
        arguments = [argument.replace(MEMORY_MB, str(limits.memory_mb)) for argument in self.toolchain.run]
        if self.part:
            runtime_mb += self.part.zeros >> 20
            arguments.append(str(self.part.number))
        return Command(
            arguments=tuple(arguments),
            readable=self.toolchain.readable,
            executable=(*self.toolchain.executable, str(self.folder)),
            bounds=bounds_of(limits, self.time_limit_s(limits), runtime_mb),
            folder=str(self.folder),
            warm=self.toolchain.warm,
            forkable=self.toolchain.forkable,
        )


def compile_command(toolchain: Toolchain, folder: Path, headers: Path | None) -> Command:
    """The command that compiles the source in a folder, with the precompiled header in another if there is one."""
    header = toolchain.precompiled
    flags = [flag.replace(HEADERS, str(headers)) for flag in header.flags] if header and headers else []
    return Command(
        arguments=(*toolchain.compile, *flags),
        readable=(str(folder), *((str(headers),) if headers else ())),
        executable=toolchain.compile_paths,
        bounds=Bounds(
            cpu_s=_CPU_S,
            wall_s=3 * _CPU_S + 1,
            memory_bytes=_MEMORY,
            file_bytes=_EXECUTABLE,
        ),
        folder=str(folder),
        writes=toolchain.starts_processes,
        warm=toolchain.warm,
        profile=Profile.COMPILER if toolchain.starts_processes else Profile.CANDIDATE,
    )


def diagnostics(outcome: Outcome) -> str:
    """What the compiler said, cut to a readable length."""
    text = outcome.stderr[: _MAX_DIAGNOSTICS + 1].decode(errors="replace").strip("\n")
    return text[:_MAX_DIAGNOSTICS] + "\n(and more, cut here)" if len(outcome.stderr) > _MAX_DIAGNOSTICS else text


def _why(verdict: Verdict, output: str) -> str:
    match verdict:
        case Verdict.TLE | Verdict.ILE:
            return f"{output}\nThe compiler was stopped after {_CPU_S:g} s.".strip()
        case Verdict.MLE:
            return f"{output}\nThe compiler ran out of memory ({_MEMORY >> 20} MiB).".strip()
        case Verdict.OLE:
            return f"{output}\nThe compiler wrote more than {_EXECUTABLE >> 20} MiB.".strip()
        case Verdict.SV:
            return f"{output}\nThe compiler brought the sandbox down.".strip()
        case _:
            return output
