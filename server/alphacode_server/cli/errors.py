"""Exit codes, and errors that are the user's to mend."""

from alphacode_server.problem.case_files import FolderError
from alphacode_server.protocol.errors import BackendRefused, BackendUnavailable

EXIT_OK = 0
EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 3
EXIT_UNAUTHORIZED = 4
EXIT_CONTEST = 5
EXIT_INTERRUPTED = 130


class UsageError(Exception):
    """The command line or a file it names is off; the message says which and the way out."""


class JobEndedEarly(Exception):
    """A job ended without a result; the message says why."""


class ContestRunning(Exception):
    """The contest guard refused; the message says how to confirm that the contest is over."""


def exit_code_of(error: Exception) -> int:
    """The exit code for an error that ended a command."""
    match error:
        case UsageError() | FolderError():
            return EXIT_USAGE
        case ContestRunning():
            return EXIT_CONTEST
        case BackendRefused(status=401 | 403):
            return EXIT_UNAUTHORIZED
        case BackendUnavailable():
            return EXIT_UNREACHABLE
        case _:
            return EXIT_FAILURE
