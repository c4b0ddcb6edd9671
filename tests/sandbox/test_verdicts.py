"""Programs with the verdict they deserve, at every level of isolation: see `verdict_folder`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from alphacode_sandbox import Judge, Judgement, RunResult
from tests.sandbox.levels import SAFE, judge_at
from tests.sandbox.verdict_folder import (
    FOLDERS,
    N_RUNS,
    Tasks,
    VerdictFolder,
    check,
    check_run,
    judging,
    must_suit,
    running,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORKERS = 4  # More than there may be processors: some programs only wait.
RUNNABLE = [folder for folder in FOLDERS if folder.settings["verdict"] != "CE" and "input_mb" not in folder.settings]


@pytest.fixture(scope="module", params=SAFE)
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge(level: str) -> AsyncIterator[Judge]:
    async with judge_at(level, WORKERS) as judge:
        yield judge


@dataclass(frozen=True, slots=True)
class Work:
    """What both tests wait for, all of it under way at the same time."""

    judged: Tasks[Judgement]
    run: Tasks[tuple[RunResult, ...]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def work(request: pytest.FixtureRequest, level: str, judge: Judge) -> AsyncIterator[Work]:
    once, forked = (chosen(request, test, level) for test in ("test_verdict", "test_verdict_of_forks"))
    async with judging(once, judge) as judged, running(forked, judge) as run:
        yield Work(judged, run)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_verdict(level: str, work: Work, folder: VerdictFolder) -> None:
    must_suit(folder, level)
    check(await work.judged[folder], folder)


@pytest.mark.parametrize("folder", RUNNABLE, ids=lambda folder: folder.name)
async def test_verdict_of_forks(level: str, work: Work, folder: VerdictFolder) -> None:
    must_suit(folder, level)
    runs = await work.run[folder]
    assert len(runs) == N_RUNS
    for one in runs:
        deserved = folder.settings["verdict"]
        assert one.verdict == ("RUN" if deserved in ("AC", "WA") else deserved), one
        assert deserved != "AC" or one.stdout.split() == (folder.case.expected or "").split()
        check_run(one, folder.settings)


def chosen(request: pytest.FixtureRequest, test: str, level: str) -> list[VerdictFolder]:
    """The folders that were selected for a test at a level."""
    parameters = [item.callspec.params for item in request.session.items if item.originalname == test]  # type: ignore[attr-defined]
    return [one["folder"] for one in parameters if one["level"] == level]
