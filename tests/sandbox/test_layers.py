"""Hostile programs without the layers that hold them: there they get through, so the tests of their verdicts can fail.

Each runs with all the other layers that this machine has. See `verdict_folder` for what a folder says of its layers.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
import pytest_asyncio

from alphacode_sandbox import Judgement, open_judge
from alphacode_sandbox.isolation import LEVELS
from tests.sandbox.levels import judge_with
from tests.sandbox.verdict_folder import FOLDERS, Tasks, VerdictFolder, check, judging, must_suit

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELD = [folder for folder in FOLDERS if folder.held_by]
LAYERS = {"filter", "landlock", "limits", "namespaces", "cgroup"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def best() -> str:
    async with open_judge() as judge:
        return judge.isolation


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judged(request: pytest.FixtureRequest, best: str) -> AsyncIterator[Tasks[Judgement]]:
    """Every folder that was selected, being judged without the layers that hold it."""
    tests = (item for item in request.session.items if item.originalname == "test_gets_through")  # type: ignore[attr-defined]
    chosen: list[VerdictFolder] = [item.callspec.params["folder"] for item in tests]
    tasks: Tasks[Judgement] = {}
    async with AsyncExitStack() as stack:
        for removed in sorted({folder.held_by for folder in chosen}):
            layers = replace(LEVELS[best], **dict.fromkeys(removed, False))
            judge = await stack.enter_async_context(judge_with(layers))
            held = (folder for folder in chosen if folder.held_by == removed)
            tasks |= await stack.enter_async_context(judging(held, judge))
        yield tasks


@pytest.mark.parametrize("folder", HELD, ids=lambda folder: folder.name)
async def test_gets_through(best: str, judged: Tasks[Judgement], folder: VerdictFolder) -> None:
    must_suit(folder, "L1" if "namespaces" in folder.held_by else best)
    judgement = await judged[folder]
    with pytest.raises(AssertionError):
        check(judgement, folder)
    assert judgement.verdict != "IE"
    assert folder.settings.get("through", "") in str(judgement)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
async def test_hostile_program_names_its_layers(folder: VerdictFolder) -> None:
    is_hostile = folder.case.expected == "nothing\n" or folder.settings["verdict"] == "SV"
    assert set(folder.held_by) <= LAYERS
    assert bool(folder.held_by) + bool(folder.settings.get("reason")) in ((1,) if is_hostile else (0, 1))
