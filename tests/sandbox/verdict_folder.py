"""Programs with the verdict they deserve, a folder each below `verdicts`: `main.cpp` or `main.py`, `case.toml`, and
where the program is compared `input` and `expected`. The hostile ones print what they managed to do and expect it to be
nothing; each is harmless where it succeeds.

case.toml: `verdict`; limits `time_s`, `memory_mb`, `output_kb`; what else must hold, as `check` below reads it;
`machine` where it is for one kind of processor only; `input_mb` for a large input; and for the hostile ones

    held_by    the layers that hold it: without them, and with all others, it gets through
    through    what it then says, where that is always the same
    reason     why no layer's absence can show what it could do
"""

import asyncio
import platform
import tomllib
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pytest

from alphacode_sandbox import Case, Judge, Judgement, Limits, Program, RunResult, language_of
from tests.sandbox.levels import must_reach


@dataclass(frozen=True)
class VerdictFolder:
    """One of them, read when needed."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def settings(self) -> dict[str, Any]:
        return tomllib.loads((self.path / "case.toml").read_text())

    @property
    def held_by(self) -> tuple[str, ...]:
        return tuple(self.settings.get("held_by", ()))

    @property
    def program(self) -> Program:
        source = next(self.path.glob("main.*"))
        language = language_of(source)
        assert language is not None
        return Program(language.id, source.read_text())

    @property
    def case(self) -> Case:
        text = "x" * (self.settings["input_mb"] << 20) if "input_mb" in self.settings else self._read("input")
        return Case(text or "", self._read("expected"))

    @property
    def limits(self) -> Limits:
        return Limits(
            **{name: self.settings[name] for name in ("time_s", "memory_mb", "output_kb") if name in self.settings}
        )

    def _read(self, name: str) -> str | None:
        path = self.path / name
        return path.read_text() if path.exists() else None


N_RUNS = 3
T = TypeVar("T")
Tasks = dict[VerdictFolder, asyncio.Task[T]]

FOLDERS = [VerdictFolder(path.parent) for path in sorted(Path(__file__).parent.glob("verdicts/*/case.toml"))]


def must_suit(folder: VerdictFolder, level: str) -> None:
    """Skips the test where this machine or the level has nothing to run the program on."""
    if folder.settings.get("machine", platform.machine()) != platform.machine():
        pytest.skip(f"only on {folder.settings['machine']}")
    must_reach(level, folder.program.language)


@asynccontextmanager
async def judging(folders: Iterable[VerdictFolder], judge: Judge) -> AsyncIterator[Tasks[Judgement]]:
    """All folders being judged at the same time, because some only wait for their time to be up."""
    async with _at_work({one: judge.test(one.program, [one.case], one.limits) for one in folders}) as tasks:
        yield tasks


@asynccontextmanager
async def running(folders: Iterable[VerdictFolder], judge: Judge) -> AsyncIterator[Tasks[tuple[RunResult, ...]]]:
    """All folders being run on one input several times, so that a program is started once and forked for each."""
    async with _at_work(
        {one: judge.run(one.program, N_RUNS * [one.case.input], one.limits) for one in folders}
    ) as tasks:
        yield tasks


@asynccontextmanager
async def _at_work(work: Mapping[VerdictFolder, Coroutine[None, None, T]]) -> AsyncIterator[Tasks[T]]:
    tasks = {folder: asyncio.create_task(one) for folder, one in work.items()}
    try:
        yield tasks
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


def check(judgement: Judgement, folder: VerdictFolder) -> None:
    """Asserts that a program ended as it deserves."""
    settings = folder.settings
    assert judgement.verdict == settings["verdict"], judgement
    assert settings.get("compile_output", "") in judgement.compile_output
    assert "never" not in settings or settings["never"] not in str(judgement)
    if judgement.verdict == "CE":
        assert judgement.cases == ()
        return
    (case,) = judgement.cases
    assert case.difference == settings.get("difference")
    check_run(case.run, settings)


def check_run(run: RunResult, settings: dict[str, Any]) -> None:
    """The part of it that does not need an expected output."""
    assert run.signal == settings.get("signal", run.signal)
    assert run.exit_code == settings.get("exit_code", run.exit_code)
    assert run.stdout == settings.get("stdout", run.stdout)
    assert len(run.stdout) == settings.get("stdout_length", len(run.stdout))
    assert settings.get("stderr", "") in run.stderr
    assert settings.get("at_least_cpu_s", 0) <= run.cpu_s <= settings.get("at_most_cpu_s", 60)
    assert run.wall_s > 0
    assert run.memory_kb > 100
