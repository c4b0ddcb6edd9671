"""Before a search: AI help in a live round breaks its rules, so the user says once a contest that it is over."""

from lsprotocol import types

from alphacode_lsp.features.confirm_contest_over import clear_contest_marks
from alphacode_lsp.features.diagnostics import Mark, publish
from alphacode_lsp.progress import Progress
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_server.problem import Problem
from alphacode_server.problem.contest import RULES, ContestRecord, contest_of

OVER, NOT_OVER = "It is over", "It is running"


class ContestRefusal(Exception):
    """The search must not start; the message says why, and what would change that."""


async def check_contest(server: AlphaCodeServer, search: Search, progress: Progress) -> None:
    """Return when the problem may be solved. Raises ContestRefusal, and no request is sent."""
    guard = server.session.settings.contest_guard
    contest = contest_of(search.problem.url)
    if guard == "off" or contest is None:
        return
    if guard == "block":
        raise ContestRefusal(f"{search.problem.url} is a contest's problem, and `alphacode.contestGuard` is `block`.")
    record = ContestRecord(server.state_dir)
    if search.problem.contest_over or record.is_over(contest):
        return
    progress.report("Waiting for your answer about the contest", 0)
    try:
        answer = await server.ask(
            types.MessageType.Warning, contest_question(search.problem, contest), (OVER, NOT_OVER)
        )
    except CannotAskError:
        answer = None
    if answer == OVER:
        record.confirm_over(contest)
        clear_contest_marks(server, contest)
        return
    message = "This URL is a contest problem; confirm it is over"
    mark = Mark(0, types.DiagnosticSeverity.Warning, "contest-rules", message)
    publish(server, search.source_uri, "contest", [mark], server.document(search.source_uri))
    if answer == NOT_OVER:
        raise ContestRefusal("nothing was sent, since the contest is running.")
    raise ContestRefusal("nothing was sent. Confirm that the contest is over with `alphacode.confirmContestOver`.")


def contest_question(problem: Problem, contest: str) -> str:
    rules = RULES.get(contest.partition("/")[0])
    where = f" (rules: {rules})" if rules else ""
    return f"Is the contest of {problem.url} over? AI help in a live round breaks its rules{where}."
