"""The contest guard of the terminal: AI help in a live round breaks its rules, so somebody has to say it is over."""

import os
import sys

from alphacode_server.cli.errors import ContestRunning
from alphacode_server.problem import Problem
from alphacode_server.problem.contest import RULES, ContestRecord, contest_of, state_dir_of


def check_contest(problem: Problem, is_over: bool) -> None:
    """Return when the problem may be solved: it is of no contest, or of one that somebody said is over.

    Asks where a person is at the terminal, once a contest. Raises ContestRunning otherwise; nothing was sent then.
    """
    contest = contest_of(problem.url)
    if contest is None or problem.contest_over:
        return
    record = ContestRecord(state_dir_of(os.environ))
    if record.is_over(contest):
        return
    if not (is_over or _confirmed(problem, contest)):
        raise ContestRunning(
            f"{problem.url} looks like a contest's problem, and AI help in a live round breaks its rules; nothing was "
            "sent. If the contest is over, say so with --contest-over"
        )
    record.confirm_over(contest)


def _confirmed(problem: Problem, contest: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    rules = RULES.get(contest.partition("/")[0])
    print(f"{problem.url} looks like a contest's problem. AI help in a live round breaks its rules.", file=sys.stderr)
    if rules:
        print(f"Its rules: {rules}", file=sys.stderr)
    print("Is the contest over? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
