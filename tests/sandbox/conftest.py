"""What all tests of the sandbox have in common."""

from collections.abc import Iterator

import pytest

from tests import processes


@pytest.fixture(scope="module", autouse=True)
def cells_of_others() -> Iterator[None]:
    """Cells of judges that other tests keep open are not taken for ours."""
    processes.of_others.update(processes.all_cells())
    yield
    processes.of_others.clear()
