"""One sandbox for all tests of the search."""

from collections.abc import AsyncGenerator

import pytest

from alphacode_sandbox import Judge, open_judge


@pytest.fixture
async def judge() -> AsyncGenerator[Judge, None]:
    async with open_judge() as opened:
        yield opened
