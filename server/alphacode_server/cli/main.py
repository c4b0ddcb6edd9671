"""The `alphacode` command: its sub-commands, and one line for every error a user can cause."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence

from alphacode_sandbox import SandboxError
from alphacode_server.cli import doctor, judge, login, model, print_config, receive, serve, solve, stress, test, token
from alphacode_server.cli import eval as evaluate
from alphacode_server.cli.errors import (
    EXIT_FAILURE,
    EXIT_INTERRUPTED,
    ContestRunning,
    JobEndedEarly,
    UsageError,
    exit_code_of,
)
from alphacode_server.models import ModelError
from alphacode_server.problem.case_files import FolderError
from alphacode_server.protocol.errors import BackendError
from alphacode_server.samplers import SamplerError
from alphacode_server.version import VERSION

COMMANDS = (solve, test, stress, judge, receive, evaluate, serve, token, login, model, print_config, doctor)

_EXPECTED = (
    UsageError, FolderError, ContestRunning, JobEndedEarly, BackendError, SamplerError, ModelError, SandboxError
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 not (a failing example, no candidate that passes, a broken engine), 2 usage, 3 no backend answers,
    4 unauthorized, 5 refused by the contest guard, 130 interrupted.
    """
    args = _parser().parse_args(argv)
    try:
        outcome: int | Coroutine[None, None, int] = args.run(args)
        return outcome if isinstance(outcome, int) else asyncio.run(outcome)
    except KeyboardInterrupt:
        print("alphacode: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; there is nobody to tell.
        sys.stderr.close()
        return EXIT_FAILURE
    except _EXPECTED as error:
        print("\n".join((f"alphacode: {error}", *getattr(error, "__notes__", ()))), file=sys.stderr)
        return exit_code_of(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alphacode",
        description="AlphaCode 2 on your own machine: sample, keep what passes the examples, rank by behaviour.",
    )
    parser.add_argument("--version", action="version", version=f"alphacode {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return parser
