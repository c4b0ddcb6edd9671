"""What a test does without a tool it needs: it skips, visibly, or fails where everything is required."""

import os
from typing import NoReturn

import pytest

REQUIRE_ALL = os.environ.get("ALPHACODE_REQUIRE_ALL") == "1"


def missing(what: str) -> NoReturn:
    """`what` is a sentence for the report."""
    if REQUIRE_ALL:
        pytest.fail(f"ALPHACODE_REQUIRE_ALL is set, and {what}")
    pytest.skip(what)
