"""The contest guard of the terminal: AI help in a live round breaks its rules, so somebody has to say it is over."""

import argparse
import os
import sys

from alphacode_server.cli.errors import ContestRunning, UsageError
from alphacode_server.problem import Problem
from alphacode_server.problem.contest import RULES, ContestRecord, contest_of, state_dir_of

_MODES = ("ask", "block", "off")
_VARIABLE = "ALPHACODE_CONTEST_GUARD"


def add_contest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--contest-over", action="store_true", help="the statement's contest is over; remembered")
    parser.add_argument(
        "--contest-guard",
        choices=_MODES,
        help=f"ask once a contest whether it is over, solve none, or do not care; default: ${_VARIABLE}, or ask",
    )


def check_contest(problem: Problem, args: argparse.Namespace) -> None:
    """Return when the problem may be solved: it is of no contest, or of one that somebody said is over.

    Asks where a person is at the terminal, once a contest. Raises ContestRunning otherwise; nothing was sent then.
    """
    contest, mode = contest_of(problem.url), _mode(args)
    if contest is None or mode == "off":
        return
    if mode == "block":
        raise ContestRunning(f"{problem.url} looks like a contest's problem, and the contest guard is `block`")
    record = ContestRecord(state_dir_of(os.environ))
    if problem.contest_over or record.is_over(contest):
        return
    if not (args.contest_over or _confirmed(problem, contest)):
        raise ContestRunning(
            f"{problem.url} looks like a contest's problem, and AI help in a live round breaks its rules; nothing was "
            "sent. If the contest is over, say so with --contest-over"
        )
    record.confirm_over(contest)


def _mode(args: argparse.Namespace) -> str:
    mode: str = args.contest_guard or os.environ.get(_VARIABLE) or _MODES[0]
    if mode not in _MODES:
        raise UsageError(f"environment: {_VARIABLE} must be one of {', '.join(_MODES)}, not {mode!r}")
    return mode


def _confirmed(problem: Problem, contest: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    rules = RULES.get(contest.partition("/")[0])
    print(f"{problem.url} looks like a contest's problem. AI help in a live round breaks its rules.", file=sys.stderr)
    if rules:
        print(f"Its rules: {rules}", file=sys.stderr)
    print("Is the contest over? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
