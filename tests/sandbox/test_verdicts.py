"""Programs with the verdict they deserve, a folder each: `main.cpp` or `main.py`, `case.toml`, and where the program is
compared `input` and `expected`. The hostile ones print what they managed to do and expect it to be nothing.

case.toml: `verdict`; limits `time_s`, `memory_mb`, `output_kb`; and what else must hold, as `check` below reads it.
"""

import asyncio
import platform
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Judge, Judgement, Limits, Program, language_of, open_judge

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("verdicts/*/case.toml"))

Judging = dict[Path, asyncio.Task[list[Judgement]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judging(request: pytest.FixtureRequest) -> AsyncIterator[Judging]:
    """Every folder that was selected, being judged at the same time, because some only wait for their time to be up."""
    chosen = [item.callspec.params["folder"] for item in request.session.items if item.originalname == "test_verdict"]  # type: ignore[attr-defined]
    async with open_judge() as judge:
        yield {folder: asyncio.create_task(judged(judge, folder)) for folder in chosen}


async def judged(judge: Judge, folder: Path) -> list[Judgement]:
    settings = read_settings(folder)
    text = "x" * (settings["input_mb"] << 20) if "input_mb" in settings else read(folder / "input") or ""
    case = Case(text, read(folder / "expected"))
    limits = Limits(**{name: settings[name] for name in ("time_s", "memory_mb", "output_kb") if name in settings})
    return [await judge.test(read_program(folder), [case], limits) for _ in range(2 if settings.get("stable") else 1)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_verdict(judging: Judging, folder: Path) -> None:
    settings = read_settings(folder)
    if settings.get("machine", platform.machine()) != platform.machine():
        pytest.skip(f"only on {settings['machine']}")
    judgements = await judging[folder]
    for judgement in judgements:
        check(judgement, settings)
    assert len({case.run.stdout for judgement in judgements for case in judgement.cases}) <= 1


def check(judgement: Judgement, settings: dict[str, Any]) -> None:
    assert judgement.verdict == settings["verdict"], judgement
    assert settings.get("compile_output", "") in judgement.compile_output
    assert "never" not in settings or settings["never"] not in str(judgement)
    if judgement.verdict == "CE":
        assert judgement.cases == ()
        return
    (case,) = judgement.cases
    run = case.run
    assert case.difference == settings.get("difference")
    assert run.signal == settings.get("signal", run.signal)
    assert run.exit_code == settings.get("exit_code", run.exit_code)
    assert run.stdout == settings.get("stdout", run.stdout)
    assert len(run.stdout) == settings.get("stdout_length", len(run.stdout))
    assert settings.get("stderr", "") in run.stderr
    assert settings.get("at_least_cpu_s", 0) <= run.cpu_s <= settings.get("at_most_cpu_s", 60)
    assert run.wall_s > 0
    assert run.memory_kb > 500


def read_program(folder: Path) -> Program:
    source = next(folder.glob("main.*"))
    language = language_of(source)
    assert language is not None
    return Program(language.id, source.read_text())


def read_settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "case.toml").read_text())


def read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
