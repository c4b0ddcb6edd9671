"""Judges at each level of isolation that this machine has, for tests that are run at every one."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from alphacode_sandbox import Judge, SandboxUnavailable, open_judge
from alphacode_sandbox.isolation import LEVELS, Layers
from alphacode_sandbox.languages import LANGUAGES
from alphacode_sandbox.toolchains.toolchain import Toolchain
from tests.missing import missing

SAFE = ("L1", "L2", "L3")
"""What programs are run at outside of tests."""


@asynccontextmanager
async def judge_at(level: str, workers: int | None = None) -> AsyncIterator[Judge]:
    """Skips the test where the machine does not have the level."""
    async with judge_with(LEVELS[level], workers) as judge:
        assert judge.isolation == level
        yield judge


@asynccontextmanager
async def judge_with(layers: Layers, workers: int | None = None) -> AsyncIterator[Judge]:
    """Skips the test where the machine does not have the layers."""
    async with AsyncExitStack() as stack:
        try:
            judge = await stack.enter_async_context(open_judge(workers, layers))
        except SandboxUnavailable as error:
            missing(f"no {layers.level} here: {error}")
        yield judge


def must_reach(level: str, language: str) -> None:
    """Skips the test where programs at a level cannot reach what they are compiled and run by.

    Without namespaces, a root user's interpreter in a private folder is out of reach of whom programs run as.
    """
    toolchain = LANGUAGES[language].find()
    if toolchain is None:
        missing(f"no {LANGUAGES[language].install} here")
    while level == "L1" and os.getuid() == 0 and (private := _private_folder(toolchain)):
        if toolchain.otherwise is None:
            missing(f"{toolchain.run[0]} cannot be run at L1 by a root user, because {private} is private")
        toolchain = toolchain.otherwise


def _private_folder(toolchain: Toolchain) -> Path | None:
    folders = [folder for path in toolchain.executable for folder in Path(path).resolve().parents]
    return next((folder for folder in folders if not folder.stat().st_mode & 0o001), None)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Unlike pytest's own, one that programs can reach that are run as another user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)
