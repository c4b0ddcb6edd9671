"""Commands run in this process, as a user would type them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alphacode_server.cli import main

Alphacode = Callable[..., tuple[int, str, str]]


@pytest.fixture
def alphacode(capsys: pytest.CaptureFixture[str]) -> Alphacode:
    """Run a command; its exit code, standard output and standard error."""

    def run(*argv: str | Path | int) -> tuple[int, str, str]:
        try:
            code = main([str(arg) for arg in argv])
        except SystemExit as usage:  # argparse ends the process itself.
            code = usage.code if isinstance(usage.code, int) else 1
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
