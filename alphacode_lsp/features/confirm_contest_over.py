"""`alphacode.confirmContestOver`: the user says that a problem's contest has ended."""

from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from alphacode_lsp.commands import read_arguments
from alphacode_lsp.features.diagnostics import publish
from alphacode_lsp.server import AlphaCodeServer
from alphacode_server.problem.contest import ContestRecord, contest_of


@dataclass(frozen=True, slots=True)
class ConfirmArguments:
    """The source or the statement of the problem."""

    uri: str


def register(server: AlphaCodeServer) -> None:
    @server.command("alphacode.confirmContestOver")
    async def confirm(*arguments: Any) -> dict[str, object]:
        asked = read_arguments(ConfirmArguments, "alphacode.confirmContestOver", arguments)
        binding = server.session.bindings.get(asked.uri)
        problem = binding.problem if binding else None
        contest = contest_of(problem.url) if problem else None
        if contest is None:
            server.say(types.MessageType.Info, "AlphaCode: this problem's address is not one of a contest.")
            return {"recorded": None}
        ContestRecord(server.state_dir).confirm_over(contest)
        clear_contest_marks(server, contest)
        return {"recorded": contest}


def clear_contest_marks(server: AlphaCodeServer, contest: str) -> None:
    """Remove the warning from every document of the contest."""
    for uri, binding in server.session.bindings.items():
        if binding.problem is not None and contest_of(binding.problem.url) == contest:
            publish(server, uri, "contest", (), server.document(uri))
