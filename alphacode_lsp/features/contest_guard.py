"""Before a search: AI help in a live round breaks its rules, so the user says once a contest that it is over."""

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from alphacode_lsp.features.confirm_contest_over import clear_contest_marks
from alphacode_lsp.features.diagnostics import Mark, publish
from alphacode_lsp.progress import Progress
from alphacode_lsp.search import Search
from alphacode_lsp.server import AlphaCodeServer, CannotAskError
from alphacode_server.problem import Problem
from alphacode_server.problem.contest import RULES, ContestRecord, contest_of

OVER, NOT_OVER, RULES_PLEASE = "It is over", "It is running", "What are the rules?"


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
    answer = await _ask(server, search.problem, contest)
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


async def _ask(server: AlphaCodeServer, problem: Problem, contest: str) -> str | None:
    """The answer; None where there is none, or nobody can be asked."""
    rules = RULES.get(contest.partition("/")[0])
    can_show = rules is not None and server.session.support.show_document
    answers = (OVER, NOT_OVER, RULES_PLEASE) if can_show else (OVER, NOT_OVER)
    try:
        while True:
            answer = await server.ask(types.MessageType.Warning, contest_question(problem, rules), answers)
            if answer != RULES_PLEASE or rules is None:
                return answer
            await server.window_show_document_async(types.ShowDocumentParams(uri=rules, external=True))
    except (CannotAskError, JsonRpcException):
        return None


def contest_question(problem: Problem, rules: str | None) -> str:
    where = f" (rules: {rules})" if rules else ""
    return f"Is the contest of {problem.url} over? AI help in a live round breaks its rules{where}."
