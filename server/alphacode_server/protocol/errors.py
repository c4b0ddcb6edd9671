"""What can go wrong between a client and a backend; each message is fit to be shown to a user.

- BackendError
  - BackendUnavailable: nothing answers there
    - BackendTimeout: something accepts connections and then stays silent
  - NotABackend: something else answers there
  - BackendIncompatible: a backend of another protocol version answers there
  - BackendRefused: the backend said no to this request, and why
    - BackendLoading: its model is still loading, so later it will say yes
  - JobLost: the backend no longer knows the job, as after a restart
"""

from alphacode_server.protocol.messages import ErrorBody


class BackendError(Exception):
    """The backend could not do what was asked."""


class BackendUnavailable(BackendError):
    """Nothing answers at the backend's address; the message says which address and what was tried."""


class BackendTimeout(BackendUnavailable):
    """Connecting or answering took too long."""


class NotABackend(BackendError):
    """Something answers at the address, but not an AlphaCode backend."""


class BackendIncompatible(BackendError):
    """Client and backend speak no common protocol version; the message says which side to update."""


class BackendRefused(BackendError):
    """The backend answered with an error; `body.param` names the field at fault, where there is one."""

    def __init__(self, status: int, body: ErrorBody) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body

    @property
    def retry_after_s(self) -> float | None:
        """When the backend suggests to ask again, in seconds from its answer."""
        return None if self.body.retry_after_ms is None else self.body.retry_after_ms / 1000


class BackendLoading(BackendRefused):
    """The backend is up and its model is not; `ready()` says how far it is."""


class JobLost(BackendError):
    """The backend does not know the job; solving again makes a new one."""

    def __init__(self, job: str, message: str) -> None:
        super().__init__(message)
        self.job = job
